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

class ReaderChild {
 public:
  /// Starts `program` (sandyk-desk) as a reader: with one descriptor, without this process's memory or
  /// environment.
  [[nodiscard]] static tl::expected<ReaderChild, Problem> start(const std::filesystem::path& program);
  /// The program that runs now.
  static std::filesystem::path this_program();
  ReaderChild(ReaderChild&& other) noexcept;
  ReaderChild& operator=(ReaderChild&& other) noexcept;
  ~ReaderChild();

  /// Opens the epoch whose pages these are, which must live until the next `begin`.
  [[nodiscard]] tl::expected<storage::EpochReader::Listing, NotRead> begin(const storage::CipherPages& pages);
  /// The sealed report at `place` in the listing. Its hash is the caller's to check.
  [[nodiscard]] tl::expected<crypto::WipedBytes, NotRead> sealed(std::uint32_t place);
  [[nodiscard]] tl::expected<ReadReport, NotRead> unpack(crypto::ByteView packed);
  /// A picture's pixels, its longer side at most `side`.
  [[nodiscard]] tl::expected<Pixels, NotRead> picture(crypto::ByteView file, std::uint32_t side);

 private:
  ReaderChild(crypto::Fd channel, pid_t process) : channel_(std::move(channel)), process_(process) {}
  /// Asks, serves the pages that are wanted meanwhile, and returns the answer if it is of the kind
  /// `expected`.
  tl::expected<crypto::WipedBytes, NotRead> ask(Say question, crypto::ByteView bytes, Say expected);
  bool serve(crypto::ByteView wanted);
  void end();

  crypto::Fd channel_;
  pid_t process_;
  const storage::CipherPages* pages_ = nullptr;
};

}  // namespace sandyk::desk
