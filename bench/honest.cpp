// sandyk-honest: sends small reports one after another for a while, exactly as sandyk-report does, each over
// a connection of its own. Prints a line for each as it ends: what became of it, its id, and the milliseconds
// that it took beside its puzzle and for it. For measuring a server under attack.
#include <fmt/core.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

#include "bench/keyring_file.h"
#include "crypto/seal/age/seal.h"
#include "crypto/seal/file.h"
#include "crypto/seal/process.h"
#include "reporter/delivery.h"
#include "reporter/puzzle_answering.h"

namespace {

using namespace sandyk;
using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

struct Options {
  std::string url, ca, keyring, root_key, packed;
  std::size_t clients = 1;
  double seconds = 10;
  unsigned pause = 100;
  bool works = true;
};

/// Adds up how long puzzles took, from what the sender is told of them.
class PuzzleTime {
 public:
  void tell(unsigned per_cent) {
    if (!began_) began_ = Clock::now();
    if (per_cent < 100) return;
    sum_ += Clock::now() - *began_;
    began_.reset();
  }
  Milliseconds sum() const { return sum_; }

 private:
  std::optional<Clock::time_point> began_;
  Milliseconds sum_{0};
};

/// Once, and without a solution: what a page without script can do.
bool put_without_work(transport::Client& client, const transport::Address& server,
                      const reporter::Sealed& sealed) {
  const auto answer =
      client.put(server, "/reports/" + sealed.id.hex(), sealed.bytes,
                 {"Content-Type: application/octet-stream", "Sandyk-Week: " + sealed.week.text()},
                 [](std::uint64_t, std::uint64_t) {});
  return answer && answer->status == 201;
}

bool send(const transport::Address& server, const reporter::Sealed& sealed, const Options& options,
          PuzzleTime& puzzle) {
  transport::Settings settings;
  settings.ca_file = options.ca;
  transport::Client client(std::move(settings));
  if (!options.works) return put_without_work(client, server, sealed);
  return reporter::deliver(
             client, {server}, sealed, {}, [](std::uint64_t, std::uint64_t) {},
             [](const std::string& why) { fmt::print(stderr, "{}\n", why); },
             [&](unsigned per_cent) { puzzle.tell(per_cent); })
      .has_value();
}

void send_again_and_again(const transport::Address& server, const crypto::Keyring& keyring,
                          const Options& options, crypto::ByteView plain) {
  static std::mutex printing;
  const auto end = Clock::now() + std::chrono::duration<double>(options.seconds);
  while (Clock::now() < end) {
    const auto sealed =
        reporter::Sealed::from(*crypto::age::seal(keyring.recipients(), plain), keyring.content().week);
    PuzzleTime puzzle;
    const auto begin = Clock::now();
    const bool is_accepted = send(server, sealed, options, puzzle);
    const Milliseconds took = Clock::now() - begin;
    {
      const std::lock_guard lock(printing);
      fmt::print("{} {} {:.1f} {:.1f}\n", is_accepted ? "accepted" : "lost", sealed.id.hex(),
                 (took - puzzle.sum()).count(), puzzle.sum().count());
      std::fflush(stdout);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(options.pause));
  }
}

void run(const Options& options) {
  const auto server = transport::Address::parse(options.url);
  if (!server) throw std::runtime_error("--to is https://HOST:PORT.");
  const auto keyring = bench::read_keyring(options.keyring, options.root_key);
  auto plain = crypto::read_file(options.packed, crypto::size_classes[0]);
  if (!plain) throw std::runtime_error("The packed report cannot be read.");
  std::vector<std::jthread> clients;
  for (std::size_t i = 0; i < options.clients; ++i)
    clients.emplace_back([&] { send_again_and_again(*server, keyring, options, *plain); });
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  bool without_work = false;
  CLI::App app("Sends small reports as sandyk-report does, and says how long each took.", "sandyk-honest");
  app.add_option("--to", options.url, "https://HOST:PORT")->required();
  app.add_option("--ca", options.ca, "Certificate to trust, PEM")->required();
  app.add_option("--keyring", options.keyring, "This week's keyring, with its .minisig beside it")
      ->required();
  app.add_option("--root-key", options.root_key, "The site's root.pub")->required();
  app.add_option("--packed", options.packed, "The packed report (sandyk-report pack) to seal anew each time")
      ->required();
  app.add_option("--clients", options.clients, "At a time (default 1)");
  app.add_option("--seconds", options.seconds, "Begin none after this time (default 10)");
  app.add_option("--pause", options.pause, "Milliseconds between two reports of a client (default 100)");
  app.add_flag("--without-work", without_work, "Send each once, and solve no puzzle");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& fault) {
    return app.exit(fault) == 0 ? 0 : 2;
  }
  options.works = !without_work;
  try {
    crypto::start_process();
    ::signal(SIGPIPE, SIG_IGN);
    run(options);
    return 0;
  } catch (const std::exception& fault) {
    fmt::print(stderr, "sandyk-honest: {}\n", fault.what());
    return 1;
  }
}
