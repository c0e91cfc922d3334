#include <fmt/format.h>
#include <pthread.h>
#include <sodium.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>

#include "crypto/seal/text_encoding.h"
#include "desk/case_file.h"
#include "desk/command_options.h"
#include "desk/commands.h"
#include "desk/reader_child.h"
#include "desk/screen/case_routes.h"
#include "desk/screen/server.h"

namespace sandyk::desk {
namespace {

namespace fs = std::filesystem;

struct ServeOptions : Common {
  std::uint16_t port = 0;
  bool no_browser = false;
  std::string lang = "ru", role = "desk-1";
};

/// The signals that end the screen, taken by a thread of their own. Made before any other thread, so that all
/// inherit that they wait.
class EndingSignals {
 public:
  EndingSignals() {
    sigemptyset(&signals_);
    for (int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals_, signal);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }
  /// Runs the server until a signal comes or it is told to stop.
  void run(Server& server) {
    std::thread waiting([this, &server] {
      int signal = 0;
      sigwait(&signals_, &signal);
      server.stop();
    });
    server.run();
    pthread_kill(waiting.native_handle(), SIGTERM);
    waiting.join();
  }

 private:
  sigset_t signals_{};
};

/// A page that only this user can read and that leads to the screen: a command line shows its words to every
/// user of the machine, and the address holds the token.
class WayIn {
 public:
  explicit WayIn(const Home& home) {
    std::array<std::uint8_t, 8> name{};
    randombytes_buf(name.data(), name.size());
    std::error_code fault;
    file_ = fs::absolute(home.folder() / fmt::format("screen-{}.html", crypto::to_hex(name)), fault);
  }
  WayIn(const WayIn&) = delete;
  WayIn& operator=(const WayIn&) = delete;
  ~WayIn() {
    std::error_code fault;
    fs::remove(file_, fault);
  }

  tl::expected<void, Problem> make(const Server& server) const {
    const std::string page = fmt::format(
        "<!doctype html><meta charset=\"utf-8\"><title>Sandyk</title><meta http-equiv=\"refresh\" "
        "content=\"0;url={0}\"><a href=\"{0}\">Sandyk</a>\n",
        server.address());
    return put(file_, crypto::bytes_of(page));
  }

  /// Opens it in the browser of this machine; false when there is none. Ctrl-C here does not end the browser,
  /// and no signal waits for it that does so here.
  bool open() const {
    ::unsetenv("LD_BIND_NOW");  // was meant for this program
    std::string program = "xdg-open", path = file_.string();
    char* const arguments[] = {program.data(), path.data(), nullptr};
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_t settings;
    ::posix_spawnattr_init(&settings);
    ::posix_spawnattr_setsigmask(&settings, &none);
    ::posix_spawnattr_setflags(&settings, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    pid_t process = 0;
    const int fault = ::posix_spawnp(&process, program.c_str(), nullptr, &settings, arguments, environ);
    ::posix_spawnattr_destroy(&settings);
    if (fault != 0) return false;
    std::thread([process] { ::waitpid(process, nullptr, 0); }).detach();
    return true;
  }

 private:
  fs::path file_;
};

tl::expected<int, Problem> serve(const ServeOptions& o) {
  if (!is_role(o.role))
    return problem("--as takes a role such as desk-1: 1 to 32 of a-z, 0-9 and '-', no person's name.",
                   crypto::exit_usage);
  const auto passphrase = ask_passphrase(o.passphrases, "the case file");
  if (!passphrase) return tl::unexpected(passphrase.error());
  const Home home(o.home);
  auto file = CaseFile::open(home, *passphrase);
  if (!file) return tl::unexpected(file.error());
  file->act_as(o.role);
  EndingSignals signals;  // from here on a signal closes the case file
  Desk desk{*file, home, o.lang, ReaderChild::this_program(), SANDYK_VERSION, {}, {}};
  Server server(desk);
  add_report_routes(server, desk);
  add_file_routes(server, desk);
  add_key_routes(server, desk);
  add_conversation_routes(server, desk);
  add_case_routes(server, desk);
  if (auto done = server.bind(o.port); !done) return tl::unexpected(done.error());
  const WayIn way_in(home);
  fmt::print("{}\nOnly this machine can open it. Ctrl-C ends it.\n", server.address());
  std::fflush(stdout);
  if (!o.no_browser) {
    if (auto done = way_in.make(server); !done) return tl::unexpected(done.error());
    if (!way_in.open()) fmt::print("No browser could be started: open the address above in one.\n");
  }
  signals.run(server);
  return crypto::exit_done;
}

}  // namespace

void add_serve(CLI::App& app, int& exit) {
  auto* command = app.add_subcommand(
      "serve", "The screen: triage, reports, cases, search, in this machine's own browser, over loopback");
  auto o = std::make_shared<ServeOptions>();
  add_common(command, *o);
  command->add_option("--port", o->port, "The port of 127.0.0.1 (default: a free one)");
  command->add_flag("--no-browser", o->no_browser, "Print the address and start no browser");
  command->add_option("--lang", o->lang, "The screen's language: en, ru or ky")
      ->check(CLI::IsMember({"en", "ru", "ky"}))
      ->capture_default_str();
  command->add_option("--as", o->role, "The role that the chain of custody names; never a person's name")
      ->capture_default_str();
  command->callback([o, &exit] {
    const auto done = serve(*o);
    exit = done ? *done : report_problem(done.error());
  });
}

}  // namespace sandyk::desk
