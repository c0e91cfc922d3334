#include "intake/serve.h"

#include <fmt/core.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <thread>

#include "crypto/seal/exit_code.h"
#include "crypto/seal/file.h"
#include "crypto/seal/process.h"
#include "intake/confinement.h"
#include "intake/front.h"
#include "intake/pages.h"
#include "intake/router.h"
#include "intake/software.h"
#include "storage/filler.h"
#include "storage/layout.h"
#include "storage/start_counter.h"
#include "storage/vault.h"
#include "storage/vault_lock.h"

namespace sandyk::intake {
namespace {

using crypto::exit_done, crypto::exit_not_done, crypto::exit_usage;
constexpr timespec tick{1, 0};
constexpr timespec for_more{0, 200'000'000};  // several files in the inbox mean one turn
constexpr std::chrono::seconds retry_turn{60};
constexpr std::chrono::minutes stir_mean{1};  // from one block of noise to the next

/// One line for the operator; never with a time, an address or anything a peer sent.
void say(std::string_view sentence) {
  fmt::print(stderr, "sandyk-intake: {}\n", sentence);
}

void say_state(storage::Vault& vault, crypto::Date today) {
  for (const std::string& notice : vault.take_news()) say(notice);
  const auto keyrings = vault.keyrings();
  const auto last = keyrings->last_week();
  if (last && keyring_ends_soon(*keyrings, today))
    say("The last signed week is " + last->text() +
        ", less than four weeks away. Sign and install further keyrings.");
}

sigset_t our_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  return set;
}

/// False when told to stop meanwhile.
bool wait_before_start(std::chrono::seconds delay) {
  const auto end = Clock::now() + delay;
  const sigset_t set = our_signals();
  while (Clock::now() < end) {
    const int signal = ::sigtimedwait(&set, nullptr, &tick);
    if (signal == SIGTERM || signal == SIGINT) return false;
  }
  return true;
}

/// Turns the vault's epoch when the day changes and when asked; the main thread's whole work.
class Keeper {
 public:
  Keeper(storage::Vault& vault, const Front& front, storage::StartCounter& starts, Uploads* uploads,
         crypto::Date today)
      : vault_(vault), front_(front), starts_(starts), uploads_(uploads), day_(today) {}

  /// Returns when the server shall stop.
  void keep() {
    const sigset_t set = our_signals();
    while (true) {
      const int signal = ::sigtimedwait(&set, nullptr, &tick);
      if (signal == SIGTERM || signal == SIGINT) return;
      for (const std::string& notice : vault_.take_news()) say(notice);  // of chores
      keep_uploads();
      if (forget_at_ && Clock::now() >= *forget_at_) {
        starts_.forget();
        forget_at_.reset();
      }
      if (signal == SIGHUP) {
        sigset_t hup;
        sigemptyset(&hup);
        sigaddset(&hup, SIGHUP);
        while (::sigtimedwait(&hup, nullptr, &for_more) == SIGHUP) continue;
      }
      const bool is_due = crypto::Date::today() != day_ || (retry_at_ && Clock::now() >= *retry_at_);
      if (signal == SIGHUP || is_due) turn();
    }
  }

 private:
  void keep_uploads() {
    if (!uploads_ || Clock::now() < next_stir_) return;
    uploads_->sweep();
    uploads_->spool().stir();
    next_stir_ = Clock::now() + storage::filler_pause(stir_mean);
  }

  void turn() {
    day_ = crypto::Date::today();  // also when a clock was set back: an epoch belongs to one day
    retry_at_.reset();
    if (const auto turned = vault_.turn(day_); !turned) {
      say(std::string(sentence(turned.error())) + " The next epoch is tried again in a minute.");
      retry_at_ = Clock::now() + retry_turn;
      return;
    }
    say_state(vault_, day_);
    if (front_.accept_errors() != errors_said_) {
      errors_said_ = front_.accept_errors();
      say(fmt::format("The system could not hand over {} connections since the start.", errors_said_));
    }
  }

  storage::Vault& vault_;
  const Front& front_;
  storage::StartCounter& starts_;
  Uploads* const uploads_;
  crypto::Date day_;
  std::optional<TimePoint> forget_at_ = Clock::now() + storage::long_enough;
  std::optional<TimePoint> retry_at_;
  TimePoint next_stir_ = Clock::now() + storage::filler_pause(stir_mean);
  std::uint64_t errors_said_ = 0;
};

/// Runs the front beside the main thread. If it fails, the main thread learns it as a signal to stop.
class FrontThread {
 public:
  explicit FrontThread(Front& front) : front_(front), thread_([this] { run(); }) {}
  ~FrontThread() { stop(); }
  /// True when the front ended as it should.
  bool stop() {
    front_.stop();
    if (thread_.joinable()) thread_.join();
    return !has_failed_;
  }

 private:
  void run() {
    try {
      front_.run();
    } catch (const std::exception& fault) {
      say(fault.what());
      has_failed_ = true;
      ::kill(::getpid(), SIGTERM);
    }
  }

  Front& front_;
  bool has_failed_ = false;  // written before the join, read after it
  std::thread thread_;
};

tl::expected<std::optional<TlsContext>, TlsFault> load_tls(const Config& config) {
  if (!config.unix_socket.empty()) return std::nullopt;
  auto tls = TlsContext::load(config.cert, config.key);
  if (!tls) return tl::unexpected(tls.error());
  return std::move(*tls);
}

tl::expected<Listener, ListenFault> listen(const Config& config, bool is_handed_over) {
  if (is_handed_over)
    return Listener::take_over(config.unix_socket.empty() ? Listener::Kind::tcp
                                                          : Listener::Kind::unix_socket);
  return config.unix_socket.empty() ? Listener::on_address(config.listen)
                                    : Listener::on_path(config.unix_socket);
}

/// What the disk has left for reports; all of it where it does not say.
Supplies supplies_of(const Config& config, const storage::Vault& vault) {
  std::error_code fault;
  const auto space = std::filesystem::space(config.vault, fault);
  const auto budget = vault.day_budget();
  const std::uint64_t free = fault ? std::numeric_limits<std::uint64_t>::max() : space.available;
  return {free - std::min(free, config.reserve), budget.used, budget.bytes};
}

/// Of what a day may bring; nothing before that is known.
double share_used(const storage::DayBudget& budget) {
  return budget.bytes == 0 ? 0 : static_cast<double>(budget.used) / static_cast<double>(budget.bytes);
}

FrontSettings front_settings(const Config& config, storage::Vault& vault, Router& router,
                             std::atomic<Weather>& weather, const Uploads* uploads) {
  FrontSettings settings;
  settings.limits = config.limits;
  settings.spool_folder = config.vault;
  settings.admit = [&vault, uploads](const Head& head) {
    return admit(head, *vault.keyrings(), crypto::Date::today(), uploads);
  };
  settings.readable_from = [&vault](const Head& head) {
    return origin_of_node(head, *vault.keyrings(), crypto::Date::today());
  };
  settings.answering = [&router](Exchange& exchange) { router.answer(exchange); };
  settings.supplies = [&config, &vault] { return supplies_of(config, vault); };
  settings.weather = &weather;
  settings.puzzle = PuzzleSettings{config.puzzle_floor, [&vault] { return share_used(vault.day_budget()); }};
  return settings;
}

/// None where they are switched off, or the file for them cannot be had: then every report goes by PUT.
std::unique_ptr<Uploads> open_uploads(const Config& config) {
  if (config.limits.upload_spool < storage::UploadSpool::block_size) {
    storage::UploadSpool::remove(config.vault);
    return nullptr;
  }
  auto spool = storage::UploadSpool::open(config.vault, config.limits.upload_spool, config.reserve);
  if (!spool) {
    say(fmt::format("No report is taken in parts: the file for them (upload-spool) cannot be made: {}.",
                    crypto::sentence(spool.error())));
    return nullptr;
  }
  return std::make_unique<Uploads>(std::move(*spool), config.limits);
}

int run(const Config& config, storage::Vault& vault, storage::StartCounter& starts, crypto::Date today,
        Listener listener, std::optional<TlsContext> tls, const ServedPages& pages) {
  std::atomic<Weather> weather{Weather::calm};
  const auto uploads = open_uploads(config);
  Router router(vault, weather, config.vault / storage::layout::log, pages, config.limits, uploads.get());
  const std::string url = (tls ? "https://" : "unix:") + listener.address();
  Front front(front_settings(config, vault, router, weather, uploads.get()), std::move(listener),
              std::move(tls));
  if (front.max_connections() < config.limits.max_connections)
    say(fmt::format("The limit of open files leaves room for {} connections only.", front.max_connections()));

  FrontThread thread(front);
  fmt::print("sandyk-intake: listening on {}\n", url);
  std::fflush(stdout);
  Keeper(vault, front, starts, uploads.get(), today).keep();
  return thread.stop() ? exit_done : exit_not_done;
}

using SharedLogKey = std::shared_ptr<const crypto::LogKey>;

/// The key of the log, or none when the configuration has none; or one sentence.
tl::expected<SharedLogKey, std::string> load_log_key(const Config& config) {
  if (config.log_key.empty()) return nullptr;
  auto key = crypto::read_log_key(config.log_key);
  if (!key) return tl::unexpected(fmt::format("The log-key {}.", sentence(key.error())));
  if (key->name() != crypto::log_origin(config.root->site()))
    return tl::unexpected(std::string("The log-key is for another site than the root-key."));
  return std::make_shared<const crypto::LogKey>(std::move(*key));
}

/// The reporter's page of this site; or one sentence.
tl::expected<ServedPages, std::string> load_pages(const Config& config) {
  if (config.contacts.empty()) return served_pages(*config.root);
  const auto contacts = page::read_contacts(config.contacts, *config.root);
  if (!contacts) return tl::unexpected(fmt::format("The contacts {}.", page::sentence(contacts.error())));
  return served_pages(*config.root, &*contacts);
}

/// What is read outside the vault, before the confinement.
struct Loaded {
  std::optional<TlsContext> tls;
  SharedLogKey log_key;
  ServedPages pages;
};

tl::expected<Loaded, std::string> load(const Config& config) {
  auto tls = load_tls(config);
  if (!tls) return tl::unexpected(std::string(sentence(tls.error())));
  auto log_key = load_log_key(config);
  if (!log_key) return tl::unexpected(log_key.error());
  auto pages = load_pages(config);
  if (!pages) return tl::unexpected(pages.error());
  return Loaded{std::move(*tls), std::move(*log_key), std::move(*pages)};
}

storage::VaultSettings vault_settings(const Config& config, const Loaded& loaded) {
  storage::VaultSettings settings{config.vault, *config.root, config.reserve};
  settings.padding = config.epoch_size;
  settings.log_key = loaded.log_key;
  settings.software = running_software(loaded.pages);
  return settings;
}

/// Says what holds, and false when it is less than was asked for.
bool confine_as_asked(const Config& config, const std::filesystem::path& own_socket) {
  if (!config.confinement) {
    say("NOT CONFINED: \"confinement = off\" leaves this server all rights of its user. Whoever breaks into "
        "it "
        "has them. Take that line out as soon as the fault is found.");
    return true;
  }
  const auto confined = confine({config.vault, own_socket});
  say(confined ? confined->text() : std::string(sentence(confined.error())));
  return confined.has_value();
}

/// Opens what is needed, serves until told to stop, and closes it again.
int open_and_run(const Config& config, storage::StartCounter& starts, Loaded loaded) {
  const bool is_handed_over = Listener::is_handed_over();
  auto listener = listen(config, is_handed_over);  // before the vault, so that a busy port begins no epoch
  if (!listener) {
    starts.take_back();
    const bool is_usage =
        listener.error() == ListenFault::address || listener.error() == ListenFault::handed_over;
    return say(sentence(listener.error())), is_usage ? exit_usage : exit_not_done;
  }
  if (!crypto::can_lock_memory())
    say("Memory cannot be locked: raise the limit (ulimit -l), so that no key reaches the swap.");

  // The service manager's socket stays; our own goes at the end.
  const auto own_socket = is_handed_over ? std::filesystem::path() : config.unix_socket;
  storage::VaultSettings settings = vault_settings(config, loaded);
  if (!crypto::make_directory(config.vault)) {
    starts.take_back();
    return say(sentence(storage::VaultFault::no_access)), exit_not_done;
  }
  // Before the vault, which begins threads and reads what came from outside.
  if (!confine_as_asked(config, own_socket)) return starts.take_back(), exit_not_done;

  const auto today = crypto::Date::today();
  auto vault = storage::Vault::open(std::move(settings), today);
  if (!vault) {
    starts.take_back();
    return say(sentence(vault.error())), exit_not_done;
  }
  say_state(**vault, today);
  const int code =
      run(config, **vault, starts, today, std::move(*listener), std::move(loaded.tls), loaded.pages);
  for (const std::string& notice : (*vault)->close()) say(notice);
  vault->reset();
  if (code == exit_done) starts.forget();
  if (!own_socket.empty()) ::unlink(own_socket.c_str());
  return code;
}

}  // namespace

int serve(const Config& config) {
  ::mallopt(M_ARENA_MAX, 2);  // one heap for each worker would hold what it once needed for ever
  ::signal(SIGPIPE, SIG_IGN);
  const sigset_t set = our_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::umask(0077);

  auto loaded = load(config);
  if (!loaded) return say(loaded.error()), exit_usage;
  if (storage::lock_holder(config.vault)) return say(sentence(storage::VaultFault::locked)), exit_not_done;
  auto starts = storage::StartCounter::count(config.vault);
  const auto delay = storage::start_delay(starts.before(), std::chrono::seconds(config.start_delay));
  if (delay.count() > 0) {
    say(fmt::format("The last {} starts ended badly within ten minutes; waiting for {} seconds.",
                    starts.before(), delay.count()));
    if (!wait_before_start(delay)) return starts.take_back(), exit_done;
  }
  return open_and_run(config, starts, std::move(*loaded));
}

int check(const Config& config) {
  if (const auto loaded = load(config); !loaded) return say(loaded.error()), exit_usage;
  const auto folder = std::filesystem::exists(config.vault) ? config.vault : config.vault.parent_path();
  if (::access(folder.empty() ? "." : folder.c_str(), R_OK | W_OK | X_OK) != 0)
    return say("The vault's folder cannot be written by this user."), exit_usage;
  const auto keyrings = storage::KeyringSet::read(config.vault / "keyring", *config.root);
  if (keyring_ends_soon(keyrings, crypto::Date::today()))
    say("The signed weeks end in less than four weeks.");
  fmt::print("The configuration is good. The site is {}.\n", config.root->site());
  return exit_done;
}

}  // namespace sandyk::intake
