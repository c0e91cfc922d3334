// The desk's side of the reader: starting it, serving it pages, and believing nothing it says.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "crypto/seal/file.h"
#include "desk/pixels.h"
#include "desk/problem.h"
#include "desk/reader_answers.h"
#include "desk/reader_channel.h"
#include "storage/cipher_pages.h"

namespace sandyk::desk {

/// Why the reader gave no answer.
struct NotRead {
  std::string why;              ///< a sentence without a full stop
  bool is_reader_gone = false;  ///< it stopped, or said what it never says: begin anew with another one
};

/// Gives pages to whoever lists an epoch; where those near each other are wanted, those around them as well.
class PageServer {
 public:
  explicit PageServer(const storage::CipherPages& pages) : pages_(&pages) {}
  std::uint32_t count() const { return pages_->count(); }
  /// A run that has the page of this number; nothing when it cannot be had.
  std::optional<PageRun> around(std::uint32_t number);

 private:
  std::optional<PageRun> run(std::uint32_t first, std::uint32_t last) const;
  const storage::CipherPages* pages_;
  std::uint32_t last_ = 0;  // what was wanted before
};

class ReaderChild {
 public:
  /// Starts `program` (sandyk-desk) as a reader: with one descriptor, without this process's memory or
  /// environment. It reads nothing itself: each report and each epoch is read by a process that it forks for
  /// that alone, so that whatever takes one over learns nothing of another and cannot lie about it.
  [[nodiscard]] static tl::expected<ReaderChild, Problem> start(const std::filesystem::path& program);
  /// The program that runs now.
  static std::filesystem::path this_program();
  ReaderChild(ReaderChild&& other) noexcept;
  ReaderChild& operator=(ReaderChild&& other) noexcept;
  ~ReaderChild();

  /// Opens the epoch whose pages these are, which must live until the next `begin`. The process that sees
  /// them sees nothing else.
  [[nodiscard]] tl::expected<storage::EpochReader::Listing, NotRead> begin(const storage::CipherPages& pages);
  /// The sealed report at `place` in the listing. Its hash is the caller's to check.
  [[nodiscard]] tl::expected<crypto::WipedBytes, NotRead> sealed(std::uint32_t place);
  /// In a process of its own, which ends with the answer.
  [[nodiscard]] tl::expected<ReadReport, NotRead> unpack(crypto::ByteView packed);
  /// A picture's pixels, its longer side at most `side`.
  [[nodiscard]] tl::expected<Pixels, NotRead> picture(crypto::ByteView file, std::uint32_t side);

 private:
  ReaderChild(crypto::Fd control, pid_t process) : control_(std::move(control)), process_(process) {}
  /// The line to a process that was forked just now; not open when there is none.
  crypto::Fd talk() const;
  /// Asks, serves the pages that are wanted meanwhile, if there are any, and returns the answer if it is of
  /// the kind `expected`.
  tl::expected<crypto::WipedBytes, NotRead> ask(const crypto::Fd& line, PageServer* pages, Say question,
                                                crypto::ByteView bytes, Say expected);
  void end();

  crypto::Fd control_;
  pid_t process_;
  crypto::Fd listing_;  ///< the talk about the epoch at hand
  std::optional<PageServer> pages_;
};

}  // namespace sandyk::desk
