// sandyk-age-file: opens or seals age files with our library and throws the result away, for measuring beside
// `age`. Prints one line: files, bytes of plaintext, seconds (keys read, no process start), peak memory in
// KiB.
#include <fcntl.h>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>

#include "crypto/open/age/identity_file.h"
#include "crypto/open/age/open.h"
#include "crypto/seal/age/seal.h"
#include "crypto/seal/crew.h"
#include "crypto/seal/file.h"
#include "crypto/seal/process.h"

namespace {

using namespace sandyk::crypto;

struct Options {
  std::string identity_file, library;
  std::vector<std::string> recipients, files;
  age::Effort effort = age::Effort::fastest();
};

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what);
}

Fd input(const std::string& path) {
  auto fd = open_for_reading(path);
  if (!fd) fail(path + ": " + std::string(sentence(fd.error())));
  return std::move(*fd);
}

/// Counts, and writes to where age writes when it is measured.
class Nowhere {
 public:
  Nowhere() : fd_(::open("/dev/null", O_WRONLY | O_CLOEXEC)) {}
  Sink sink() {
    return [this](ByteView part) {
      bytes_ += part.size();
      return write_all(fd_.get(), part).has_value();
    };
  }
  std::uint64_t bytes() const { return bytes_; }

 private:
  Fd fd_;
  std::uint64_t bytes_ = 0;
};

/// Of this program alone: getrusage would also count what ran here before exec.
long peak_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
  return -1;
}

template <class Work>
void measure(std::size_t files, Work&& work) {
  const auto start = std::chrono::steady_clock::now();
  const std::uint64_t bytes = work();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  fmt::print("{} files, {} bytes, {:.6f} s, {} KiB peak\n", files, bytes, seconds.count(), peak_kib());
}

std::uint64_t open_one(const std::string& path, std::span<const age::Identity> identities,
                       age::Effort effort) {
  Nowhere out;
  const Fd in = input(path);
  const auto done = age::open(source_of(in.get()), identities, out.sink(), {age::Encoding::either, effort});
  if (!done) fail(path + ": " + std::string(age::sentence(done.error())));
  return out.bytes();
}

/// One file gets all threads; of many files each gets one.
void open_files(const Options& o) {
  const auto text = read_file(o.identity_file, 64U << 10);
  if (!text) fail(o.identity_file + ": " + std::string(sentence(text.error())));
  const auto identities = age::parse_identities(text_of(*text));
  if (!identities) fail(o.identity_file + ": is not an identity file");
  measure(o.files.size(), [&]() -> std::uint64_t {
    if (o.files.size() == 1) return open_one(o.files.front(), *identities, o.effort);
    std::atomic<std::uint64_t> bytes = 0, failed = 0;
    Crew crew(o.effort.threads - 1);
    crew.start(o.files.size(), [&](std::size_t piece, std::size_t) {
      try {
        bytes += open_one(o.files[piece], *identities, {o.effort.library, 1});
      } catch (const std::exception& e) {
        fmt::print(stderr, "sandyk-age-file: {}\n", e.what());
        ++failed;
      }
    });
    crew.finish();
    if (failed > 0) fail(fmt::format("{} files were not opened", failed.load()));
    return bytes;
  });
}

void seal_files(const Options& o) {
  std::vector<age::Recipient> recipients;
  for (const std::string& text : o.recipients) {
    auto recipient = age::parse_recipient(text);
    if (!recipient) fail("not a recipient: " + text);
    recipients.push_back(std::move(*recipient));
  }
  measure(o.files.size(), [&] {
    Nowhere out;
    for (const std::string& path : o.files) {
      const Fd in = input(path);
      if (!age::seal(source_of(in.get()), recipients, out.sink(), o.effort))
        fail(path + ": could not be sealed");
    }
    return out.bytes();
  });
}

void add_common(CLI::App* command, Options& o) {
  command->add_option("--library", o.library, "Who works on the payload (default: the fastest here)")
      ->check(CLI::IsMember({"openssl", "gcrypt", "sodium"}));
  command
      ->add_option("--threads", o.effort.threads,
                   "How many threads: for the chunks of one file, or for many files")
      ->check(CLI::Range(1U, 64U))
      ->capture_default_str();
  command->add_option("files", o.files, "The files")->required();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Opens or seals age files and throws the result away, to measure how long it takes.",
               "sandyk-age-file");
  app.require_subcommand(1);
  try {
    start_process();
    Options o;
    auto* open =
        app.add_subcommand("open", "Open files with the identities of an identity file without passphrase");
    open->add_option("-i,--identity", o.identity_file, "The identity file")->required();
    add_common(open, o);
    auto* seal = app.add_subcommand("seal", "Seal files");
    seal->add_option("-r,--recipient", o.recipients, "A recipient; may be repeated")->required();
    add_common(seal, o);
    app.parse(argc, argv);
    if (o.library == "openssl") o.effort.library = CipherLibrary::openssl;
    if (o.library == "gcrypt") o.effort.library = CipherLibrary::gcrypt;
    if (o.library == "sodium") o.effort.library = CipherLibrary::sodium;
    open->parsed() ? open_files(o) : seal_files(o);
    return 0;
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  } catch (const std::exception& e) {
    fmt::print(stderr, "sandyk-age-file: {}\n", e.what());
    return 1;
  }
}
