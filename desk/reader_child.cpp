#include "desk/reader_child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include "crypto/seal/size_class.h"
#include "desk/reader_process.h"
#include "report/text.h"

namespace sandyk::desk {
namespace {

// For one answer, however it is given; an honest reader needs a fraction of it.
constexpr std::chrono::seconds patience{10}, for_each_mib{1};
constexpr std::chrono::milliseconds for_each_page{10};
constexpr std::uint64_t spare_pages = 10'000;
constexpr std::uint64_t times_each = 16;  // how often one question may want each page: a cache is small
constexpr std::size_t most_said = 1000;
constexpr std::uint32_t run_length = 16;  // pages

NotRead gone(std::string why) {
  return {std::move(why), true};
}

/// A pair of sockets: ours, which does not wait for ever, and theirs; not open when no more files may be.
std::pair<crypto::Fd, crypto::Fd> new_line() {
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return {};
  ::fcntl(pair[0], F_SETFL, O_NONBLOCK);
  return {crypto::Fd(pair[0]), crypto::Fd(pair[1])};
}

/// Only calls that are safe between fork and exec.
[[noreturn]] void become_reader(int channel, char* const* arguments, char* const* environment) {
  if (channel != reader_control && ::dup2(channel, reader_control) < 0) ::_exit(1);
  if (channel == reader_control && ::fcntl(channel, F_SETFD, 0) != 0) ::_exit(1);
  if (::close_range(reader_control + 1, ~0U, 0) != 0) ::_exit(1);
  ::execve(arguments[0], arguments, environment);
  ::_exit(1);
}

}  // namespace

std::filesystem::path ReaderChild::this_program() {
  std::error_code fault;
  return std::filesystem::read_symlink("/proc/self/exe", fault);
}

std::optional<PageRun> PageServer::run(std::uint32_t first, std::uint32_t last) const {
  PageRun run(first);
  for (std::uint32_t number = first; number <= last; ++number) {
    const auto page = pages_->read(number);
    if (!page) return std::nullopt;
    run.add(*page);
  }
  return run;
}

std::optional<PageRun> PageServer::around(std::uint32_t number) {
  if (number == 0 || number > count()) return std::nullopt;
  const bool is_near = last_ != 0 && number + run_length > last_ && number < last_ + run_length;
  last_ = number;
  if (is_near) {
    const std::uint32_t first = (number - 1) / run_length * run_length + 1;
    const std::uint32_t last = count() - first < run_length ? count() : first + run_length - 1;
    if (auto many = run(first, last)) return many;
  }
  return run(number, number);  // also where one beside it is damaged
}

tl::expected<ReaderChild, Problem> ReaderChild::start(const std::filesystem::path& program) {
  auto [ours, theirs] = new_line();
  if (!ours.is_open()) return problem("The reader cannot be started: no more files may be open.");
  ::signal(SIGPIPE, SIG_IGN);  // a reader that stopped is something to say, not an end
  std::string path = program.string(), word = reader_word, bind = "LD_BIND_NOW=1";
  char* const arguments[] = {path.data(), word.data(), nullptr};
  char* const environment[] = {bind.data(), nullptr};
  const pid_t process = ::fork();
  if (process < 0) return problem("The reader cannot be started: the system allows no further process.");
  if (process == 0) become_reader(theirs.get(), arguments, environment);
  return ReaderChild(std::move(ours), process);
}

ReaderChild::ReaderChild(ReaderChild&& other) noexcept
    : control_(std::move(other.control_)),
      process_(std::exchange(other.process_, 0)),
      listing_(std::move(other.listing_)),
      pages_(other.pages_) {}

ReaderChild& ReaderChild::operator=(ReaderChild&& other) noexcept {
  if (this == &other) return *this;
  end();
  control_ = std::move(other.control_);
  process_ = std::exchange(other.process_, 0);
  listing_ = std::move(other.listing_);
  pages_ = other.pages_;
  return *this;
}

ReaderChild::~ReaderChild() {
  end();
}

void ReaderChild::end() {
  if (process_ <= 0) return;
  control_.close();
  listing_.close();
  ::kill(process_, SIGKILL);  // and all that it forked: see enter_talk_sandbox
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
  process_ = 0;
}

crypto::Fd ReaderChild::talk() const {
  auto [ours, theirs] = new_line();
  if (!ours.is_open() || !send_talk(control_.get(), theirs.get())) return {};
  return std::move(ours);
}

tl::expected<crypto::WipedBytes, NotRead> ReaderChild::ask(const crypto::Fd& line, PageServer* pages,
                                                           Say question, crypto::ByteView bytes,
                                                           Say expected) {
  const auto stopped = [] {
    return tl::unexpected(gone("the reader stopped over it: it may be made to do harm"));
  };
  const auto until = std::chrono::steady_clock::now() + patience +
                     for_each_mib * static_cast<std::int64_t>(bytes.size() / crypto::mib) +
                     for_each_page * static_cast<std::int64_t>(pages == nullptr ? 0 : pages->count());
  if (!line.is_open() || !send_message(line.get(), question, bytes, until)) return stopped();
  std::uint64_t left = pages == nullptr ? 0 : spare_pages + times_each * pages->count();
  while (true) {
    auto message = receive_message(line.get(), until);
    if (!message) return stopped();
    if (message->say == expected) return std::move(message->bytes);
    if (message->say == Say::fault) {
      const auto fault = number_of(message->bytes);
      if (!fault || *fault > static_cast<std::uint32_t>(storage::ReadFault::no_room)) return stopped();
      return tl::unexpected(NotRead{std::string(sentence(static_cast<storage::ReadFault>(*fault)))});
    }
    if (message->say == Say::refused && message->bytes.size() <= most_said)
      return tl::unexpected(NotRead{report::harmless(crypto::text_of(message->bytes))});
    const auto wanted = message->say == Say::wanted ? number_of(message->bytes) : std::nullopt;
    if (!wanted || left-- == 0) return stopped();
    const auto run = pages->around(*wanted);
    if (!send_message(line.get(), Say::page, run ? crypto::ByteView(run->bytes()) : crypto::ByteView(),
                      until))
      return stopped();
  }
}

tl::expected<storage::EpochReader::Listing, NotRead> ReaderChild::begin(const storage::CipherPages& pages) {
  listing_ = talk();
  pages_.emplace(pages);
  const auto bytes = ask(listing_, &*pages_, Say::begin, number_bytes(pages.count()), Say::listing);
  if (!bytes) return tl::unexpected(bytes.error());
  auto listing = parse_listing(*bytes);
  if (!listing) return tl::unexpected(gone("the reader gave a listing that it never gives"));
  return std::move(*listing);
}

tl::expected<crypto::WipedBytes, NotRead> ReaderChild::sealed(std::uint32_t place) {
  return ask(listing_, &*pages_, Say::sealed, number_bytes(place), Say::bytes);
}

tl::expected<ReadReport, NotRead> ReaderChild::unpack(crypto::ByteView packed) {
  const auto bytes = ask(talk(), nullptr, Say::unpack, packed, Say::report);
  if (!bytes) return tl::unexpected(bytes.error());
  auto report = parse_read_report(*bytes);
  if (!report) return tl::unexpected(gone("the reader gave a report that it never gives"));
  return std::move(*report);
}

tl::expected<Pixels, NotRead> ReaderChild::picture(crypto::ByteView file, std::uint32_t side) {
  crypto::WipedBytes question;
  const auto head = number_bytes(side);
  question.reserve(head.size() + file.size());
  question.insert(question.end(), head.begin(), head.end());
  question.insert(question.end(), file.begin(), file.end());
  const auto bytes = ask(talk(), nullptr, Say::picture, question, Say::pixels);
  if (!bytes) return tl::unexpected(bytes.error());
  auto pixels = parse_pixels(*bytes);
  if (!pixels) return tl::unexpected(gone("the reader gave a picture that it never gives"));
  return std::move(*pixels);
}

}  // namespace sandyk::desk
