// The whole front with a network and a clock in memory: the real Front, Router and vault, one thread, plain
// connections. The input is a script of what up to four peers do (send, stop reading, end, reset, wait). What
// must hold: every answer is well-formed and has its own request; none follows a refusal; what is
// acknowledged has the digest that names it; every line is closed by its deadline, whatever the peer does;
// and when all are gone, all room for bodies is free again and no descriptor is left.
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <optional>

#include "crypto/seal/age/seal.h"
#include "crypto/seal/file.h"
#include "fuzz/front_script.h"
#include "fuzz/memory_network.h"
#include "intake/admission.h"
#include "intake/front.h"
#include "intake/pages.h"
#include "intake/router.h"
#include "storage/vault.h"
#include "tests/support/keyrings.h"

namespace {

using namespace sandyk;
using namespace std::chrono_literals;
using fuzzing::Line, fuzzing::MemoryNetwork;

constexpr std::size_t most_lines = 4;
constexpr auto puzzle_always = 64;

/// Short and small, so that a script reaches each of them.
intake::Limits small_limits(std::uint64_t report) {
  intake::Limits limits;
  limits.max_connections = 3;
  limits.per_source = 2;
  limits.min_rate = 2 * crypto::mib;
  limits.handshake = 300ms;
  limits.headers = 400ms;
  limits.body = 400ms;
  limits.answer = 300ms;
  limits.idle = 300ms;
  limits.linger = 100ms;
  limits.grace = 150ms;
  limits.memory = 2 * report;
  limits.small_reserve = 0;
  limits.max_large = 1;
  limits.workers = 0;
  limits.puzzle_threads = 0;
  limits.requests_per_connection = 3;
  return limits;
}

struct Report {
  std::string bytes, id;
};

/// A site with its vault and two reports; it stays as long as the program.
struct World {
  std::filesystem::path folder = make_folder();
  testing::TestSite site = testing::TestSite::make();
  crypto::Week week{crypto::Date::today()};
  Report report = sealed(16 * crypto::kib), large = sealed(crypto::mib);
  intake::Limits limits = small_limits(report.bytes.size());
  std::atomic<intake::Weather> weather{intake::Weather::calm};
  std::unique_ptr<storage::Vault> vault = open_vault();
  intake::ServedPages pages = intake::served_pages(site.root.verify_key());
  intake::Router router{*vault, weather, folder / "log", pages, limits};

  ~World() { std::filesystem::remove_all(folder); }

  static std::filesystem::path make_folder() {
    // In memory, where there is such a place: every acknowledged report is synced.
    const bool is_there = std::filesystem::is_directory("/dev/shm");
    std::string name =
        (is_there ? "/dev/shm" : std::filesystem::temp_directory_path().string()) + "/sandyk-fuzz-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    return name;
  }

  Report sealed(std::uint64_t size) const {
    std::vector<crypto::age::HybridRecipient> recipients;
    for (const auto& identity : site.identities) recipients.push_back(identity.recipient());
    const auto bytes = *crypto::age::seal(recipients, crypto::Bytes(size));
    return {std::string(crypto::text_of(bytes)), crypto::report_id(bytes).hex()};
  }

  std::unique_ptr<storage::Vault> open_vault() const {
    auto content = site.content(week);
    content.max_class = crypto::mib;
    const auto keyring = site.sign(content);
    const auto file = folder / "keyring" / (week.text() + ".json");
    std::filesystem::create_directories(file.parent_path());
    if (!crypto::write_file(file, crypto::bytes_of(keyring.json)) ||
        !crypto::write_file(file.string() + ".minisig", crypto::bytes_of(keyring.signature)))
      std::abort();
    storage::VaultSettings settings{folder, site.root.verify_key()};
    settings.padding = 0;
    return storage::Vault::open(std::move(settings), crypto::Date::today()).value();
  }

  std::string head_of(const Report& sealed_report, unsigned how) const {
    std::string head = "PUT /reports/" + sealed_report.id + " HTTP/1.1\r\nHost: a\r\nContent-Length: " +
                       std::to_string(sealed_report.bytes.size()) + "\r\nSandyk-Week: " + week.text() +
                       "\r\n";
    if (how & 1) head += "Expect: 100-continue\r\n";
    if (how & 2) head += "Connection: close\r\n";
    if (how & 4) head += "Sandyk-Puzzle: 1:64:0123456789abcdef\r\n";
    return head + "\r\n";
  }
};

World& world() {
  static World made;
  return made;
}

constexpr const char* paths[] = {"/",
                                 "/ky/",
                                 "/en/",
                                 "/health",
                                 "/keyring/current.json",
                                 "/keyring/current.json.minisig",
                                 "/policy/current.json",
                                 "/log/checkpoint",
                                 "/puzzle",
                                 "/nothing"};

/// Plays the input, then waits for every line to go, then looks whether all is as before.
class Script {
 public:
  Script(std::string_view input, intake::Front*& front, bool has_puzzle)
      : left_(input), front_(front), has_puzzle_(has_puzzle), network_([this](auto most) { turn(most); }) {}

  MemoryNetwork& network() { return network_; }

  void check_end() {
    for (Line& line : lines_) {
      line.read();
      line.check_answers();
      if (line.peer().is_accepted && line.is_open()) std::abort();
    }
  }

 private:
  void turn(std::chrono::milliseconds most) {
    for (Line& line : lines_) {
      line.read();
      line.check_deadline(world().limits);
    }
    if (wait_ > 0ms)
      pass(most);
    else if (!left_.empty())
      act(byte() % 12);
    else
      finish(most);
  }

  void pass(std::chrono::milliseconds most) {
    const auto some = std::min(most, wait_);
    network_.pass(some);
    wait_ -= some;
    if (wait_ == 0ms) network_.hold_back(false);
  }

  unsigned byte() {
    if (left_.empty()) return 0;
    const auto value = static_cast<unsigned char>(left_.front());
    left_.remove_prefix(1);
    return value;
  }

  void connect(std::uint32_t host) { lines_.emplace_back(network_, 0xc0000200 + host); }

  /// One of the last few, so that a script need not say which.
  Line* line() {
    const unsigned back = byte() % most_lines;
    return back < lines_.size() ? &lines_[lines_.size() - 1 - back] : nullptr;
  }

  void act(unsigned what) {
    if (what == 0) return connect(byte() % 3);
    if (what == 1) return wait_ = byte() * 10ms, void();
    if (what == 2) return network_.hold_back(true), wait_ = byte() * 10ms, void();
    if (what == 3) return network_.refuse_accept(byte() % 2 ? EMFILE : ECONNABORTED);
    if (Line* const at = line()) act_on(*at, what);
  }

  void act_on(Line& at, unsigned what) {
    const World& w = world();
    switch (what) {
      case 4: {
        const auto bytes = left_.substr(0, byte());
        left_.remove_prefix(std::min(left_.size(), bytes.size()));
        return at.send(bytes);
      }
      case 5:
        return at.send(w.head_of(w.report, byte()));
      case 6:
        return at.send(w.report.bytes);
      case 7: {
        const std::size_t from = byte() * w.report.bytes.size() / 256, size = byte() * 128;
        return at.send(std::string_view(w.report.bytes).substr(from, size));
      }
      case 8:
        return at.send("GET " + std::string(paths[byte() % std::size(paths)]) +
                       " HTTP/1.1\r\nHost: a\r\n\r\n");
      case 9:
        return byte() % 2 ? at.end() : at.reset();
      case 10:
        return at.take(byte() * byte());
      default:
        return byte() % 4 ? at.send(std::string(byte() * 64, 'x')) : at.send(w.head_of(w.large, byte()));
    }
  }

  // --- what comes after the input ---------------------------------------------------------------------

  bool any_open() const {
    return std::any_of(lines_.begin(), lines_.end(), [](const Line& line) { return line.is_open(); });
  }

  void finish(std::chrono::milliseconds most) {
    network_.hold_back(false);
    if (!asked_ && any_open()) return network_.pass(most);  // check_deadline sees to it that this ends
    if (!asked_) return begin_asking();
    if (turns_++ < 4) return turns_ == 2 ? ask_small() : network_.pass(10ms);
    for (std::size_t back = 1; back <= 3; ++back) {
      Line& asked = lines_[lines_.size() - back];
      asked.read();
      if (!has_puzzle_ && !asked.went_on()) std::abort();  // something still holds the room that it wants
      asked.reset();
    }
    front_->stop();
    network_.pass(most);
  }

  /// A large one alone first: in a storm it would be told to come back. Before it some time without anybody.
  void begin_asking() {
    if (calm_turns_++ < 3) return network_.pass(100ms);
    asked_ = true;
    connect(100);
    lines_.back().send(world().head_of(world().large, 1));
  }
  void ask_small() {
    for (std::uint32_t i = 1; i < 3; ++i) {
      connect(100 + i);
      lines_.back().send(world().head_of(world().report, 1));
    }
  }

  std::string_view left_;
  intake::Front*& front_;
  const bool has_puzzle_;
  std::deque<Line> lines_;
  std::chrono::milliseconds wait_{0};
  bool asked_ = false;
  int turns_ = 0, calm_turns_ = 0;
  MemoryNetwork network_;
};

intake::FrontSettings settings(bool has_puzzle) {
  World& w = world();
  intake::FrontSettings settings;
  settings.limits = w.limits;
  settings.spool_folder = w.folder;
  settings.weather = &w.weather;
  settings.admit = [&w](const intake::Head& head) {
    return intake::admit(head, *w.vault->keyrings(), crypto::Date::today());
  };
  settings.answering = [&w](intake::Exchange& exchange) { w.router.answer(exchange); };
  if (has_puzzle) settings.puzzle = intake::PuzzleSettings{puzzle_always, [] { return 0.0; }};
  return settings;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 4096) return 0;
  world();  // before the network is in place
  const bool has_puzzle = data[0] % 4 == 0;
  intake::Front* running = nullptr;
  Script script({reinterpret_cast<const char*>(data) + 1, size - 1}, running, has_puzzle);
  {
    intake::Front front(settings(has_puzzle), intake::Listener::on_address("127.0.0.1:1").value(),
                        std::nullopt);
    running = &front;
    front.run();
  }
  script.check_end();
  if (script.network().open_descriptors() != 0) std::abort();
  return 0;
}
