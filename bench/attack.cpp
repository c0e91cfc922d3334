// sandyk-attack: what an attacker does to a server, against one on this machine only, and for a bounded time.
// Prints a line once the attack is under way, and at its end what it did and how it was answered.
#include <fmt/core.h>
#include <signal.h>
#include <sodium.h>
#include <sys/resource.h>
#include <CLI/CLI.hpp>

#include <fstream>
#include <functional>
#include <map>

#include "bench/attack_crowd.h"
#include "bench/attack_reports.h"
#include "crypto/seal/process.h"
#include "crypto/seal/size_class.h"

namespace {

using namespace sandyk;
using namespace sandyk::bench;
using std::chrono::milliseconds;

std::atomic<bool> is_over{false};

struct Options {
  std::string kind, ca, week, sealed, lines;
  std::size_t prepared = 0;
  double seconds = 10;
  Manners manners;
};

/// How a crowd of one kind behaves beside its number, and what its connections say.
struct Kind {
  std::function<void(Manners&)> manners;
  std::function<std::optional<Script>()> next;
};

std::string noise(std::size_t size) {
  std::string bytes(size, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

const std::string get_health = "GET /health HTTP/1.1\r\nHost: localhost\r\n";

void slow(Manners& manners) {
  manners.least_wait = milliseconds(2000);
  manners.most_wait = milliseconds(6000);
}
void at_once(Manners&) {}

/// A record of a handshake that is none.
std::string garbage_record() {
  const auto size = static_cast<std::uint16_t>(randombytes_uniform(1000) + 4);
  std::string record = "\x16\x03\x01";
  record += static_cast<char>(size >> 8);
  record += static_cast<char>(size & 255);
  return record + noise(size);
}

std::map<std::string, Kind> kinds_of_connections() {
  const auto said = [](Script script) { return [script] { return std::optional(script); }; };
  std::string hello("\x16\x03\x01\x01\x00\x01\x00\x00\xfc\x03\x03", 11);  // never ends
  hello.resize(261);
  std::string many_gets, many_requests;
  for (int i = 0; i < 100; ++i) many_gets += "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  for (int i = 0; i < 90; ++i) many_requests += get_health;
  return {
      {"silent", {at_once, said({false, "", ""})}},
      {"dripping-handshake", {slow, said({false, hello.substr(0, 1), hello.substr(1)})}},
      {"handshakes", {[](Manners& m) { m.leaves_after_handshake = true; }, said({})}},
      {"garbage-records",
       {at_once,
        [] {
          return std::optional(Script{false, garbage_record(), ""});
        }}},
      {"garbage",
       {at_once,
        [] {
          return std::optional(Script{false, noise(300), ""});
        }}},
      {"slow-headers", {slow, said({true, get_health, "X-Slow: " + std::string(4000, 'x')})}},
      {"byte-drip", {slow, said({true, "", many_requests})}},
      {"slow-read",
       {[](Manners& m) {
          slow(m);
          m.takes_answers = false;
        },
        said({true, many_gets, "x"})}},
  };
}

/// Texts, a line of hex digits each, in turn; each over TLS.
Kind said_lines(const std::string& file) {
  auto texts = std::make_shared<std::vector<std::string>>();
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    std::string text(line.size() / 2, '\0');
    sodium_hex2bin(reinterpret_cast<unsigned char*>(text.data()), text.size(), line.data(), line.size(),
                   nullptr, nullptr, nullptr);
    texts->push_back(std::move(text));
  }
  if (texts->empty()) throw std::runtime_error("The lines cannot be read.");
  return {at_once, [texts, next = std::size_t{0}]() mutable {
            return std::optional(Script{true, (*texts)[next++ % texts->size()], ""});
          }};
}

Script said(std::string request) {
  return {true, std::move(request), ""};
}

/// Those that need a report; `forge` and `works` must outlive them.
std::map<std::string, Kind> kinds_of_reports(const ReportForge& forge, std::unique_ptr<PuzzleWorks>& works) {
  const auto free_report = [&forge] { return std::optional(said(forge.request(forge.next(), "", true))); };
  const auto worked = [&works]() -> std::optional<Script> {
    auto request = works->take();
    if (!request) return std::nullopt;
    return said(std::move(*request));
  };
  return {
      {"slow-body",
       {slow,
        [&forge] {
          auto report = forge.next();
          return std::optional(
              Script{true, forge.request(report, "", false), std::string(crypto::text_of(report.bytes))});
        }}},
      {"reports", {at_once, free_report}},
      {"reports-with-work",
       {at_once,
        [&works, free_report, worked]() -> std::optional<Script> {
          const auto puzzle = works->puzzle();
          if (!puzzle) return std::nullopt;
          return puzzle->effort == 0 ? free_report() : worked();
        }}},
      {"bogus-work", {at_once, worked}},
      {"bogus-proofs",
       {at_once,
        [&works, &forge]() -> std::optional<Script> {
          const auto puzzle = works->puzzle();
          if (!puzzle) return std::nullopt;
          std::array<std::uint8_t, crypto::PuzzleNonce::size> nonce;
          randombytes_buf(nonce.data(), nonce.size());
          const std::uint32_t effort = std::max(puzzle->effort, crypto::least_effort);
          const auto solution =
              crypto::write_puzzle_solution({puzzle->slot, effort, crypto::PuzzleNonce(nonce)});
          return said(forge.request(forge.next(), solution, false));
        }}},
  };
}

void attack(const Options& options) {
  crypto::Bytes sealed(1024);
  if (!options.sealed.empty()) {
    auto file = crypto::read_file(options.sealed, crypto::size_classes.back());
    if (!file) throw std::runtime_error("The sealed report cannot be read.");
    sealed = std::move(*file);
  }
  const ReportForge forge(std::move(sealed), options.week);
  std::unique_ptr<PuzzleWorks> works;
  auto kinds = kinds_of_connections();
  kinds.merge(kinds_of_reports(forge, works));
  if (options.kind == "lines") kinds.emplace("lines", said_lines(options.lines));
  const auto found = kinds.find(options.kind);
  if (found == kinds.end()) throw std::runtime_error("There is no such kind.");
  if (options.kind == "bogus-work" || options.kind == "bogus-proofs" || options.kind == "reports-with-work") {
    transport::Settings settings;
    settings.ca_file = options.ca;
    const auto server = transport::Address::parse(fmt::format("https://127.0.0.1:{}", options.manners.port));
    works = std::make_unique<PuzzleWorks>(forge, std::move(settings), *server,
                                          options.kind == "bogus-work" ? Work::bogus : Work::right);
    works->prepare(options.prepared);
  }
  Manners manners = options.manners;
  found->second.manners(manners);
  Crowd crowd(manners, found->second.next);
  const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                      std::chrono::duration<double>(options.seconds));
  crowd.run(end, is_over, [] {
    fmt::print("begun\n");
    std::fflush(stdout);
  });
  fmt::print("connects {} handshakes {}", crowd.connects(), crowd.handshakes());
  for (const auto& [status, times] : crowd.answers()) fmt::print(" {}: {}", status, times);
  fmt::print("\n");
}

void raise_limit_of_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Attacks a server of this machine, for tests.", "sandyk-attack");
  app.add_option("kind", options.kind,
                 "silent, dripping-handshake, handshakes, garbage-records, garbage, slow-headers, byte-drip, "
                 "slow-body, slow-read, lines, reports, reports-with-work, bogus-work or bogus-proofs")
      ->required();
  app.add_option("--port", options.manners.port, "On 127.0.0.1")->required();
  app.add_option("--count", options.manners.count, "Connections at a time (default 100)");
  app.add_option("--rate", options.manners.rate, "Connects a second (default: any number)");
  app.add_option("--piece", options.manners.piece, "Bytes a second of each that is slow (default 1)");
  app.add_flag("--one-source", options.manners.has_one_source, "All from one address");
  app.add_option("--seconds", options.seconds, "Ends after this time (default 10)");
  app.add_option("--ca", options.ca, "Certificate to trust, PEM: for kinds with a puzzle");
  app.add_option("--week", options.week, "Of the reports");
  app.add_option("--sealed", options.sealed, "A sealed report, of which others are made");
  app.add_option("--lines", options.lines, "For the kind lines: what is said, a line of hex digits each");
  app.add_option("--prepared", options.prepared, "Requests with a solution to have ready at the beginning");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& fault) {
    return app.exit(fault) == 0 ? 0 : 2;
  }
  try {
    crypto::start_process();
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGTERM, [](int) { is_over = true; });
    raise_limit_of_descriptors();
    attack(options);
    return 0;
  } catch (const std::exception& fault) {
    fmt::print(stderr, "sandyk-attack: {}\n", fault.what());
    return 1;
  }
}
