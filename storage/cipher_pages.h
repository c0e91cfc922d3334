// The pages of an epoch's database one by one, decrypted here, so that whoever looks into them needs no key
// (SQLCipher's page format 4; docs/formats.md, "Vault database"). The database's own format is not looked at.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <tl/expected.hpp>

#include "crypto/seal/file.h"
#include "crypto/seal/secret.h"

namespace sandyk::storage {

/// Which frames of a write-ahead log were committed: the newest of each page, by its place in the file, and
/// how many pages the database has then.
struct WalFrames {
  std::map<std::uint32_t, std::uint64_t> pages;
  std::uint32_t page_count = 0;
};

/// Takes the bytes of a log of 4096-byte pages piece by piece. Any bytes give frames: those before the first
/// that does not belong, and up to the last commit.
class WalReader {
 public:
  static constexpr std::size_t header_size = 32, frame_size = 24 + 4096;
  /// The first 32 bytes; false when it is no log.
  bool header(std::span<const std::uint8_t, header_size> bytes);
  /// The next frame; false when it does not belong, and nothing after it does.
  bool frame(std::span<const std::uint8_t, frame_size> bytes);
  const WalFrames& committed() const { return committed_; }

 private:
  std::uint32_t word(const std::uint8_t* at) const;
  void sum(std::span<const std::uint8_t> bytes);

  bool is_big_endian_ = false;
  std::uint32_t salt_[2]{}, sum_[2]{};
  std::uint64_t next_ = header_size;
  std::map<std::uint32_t, std::uint64_t> pending_;
  WalFrames committed_;
};

enum class PagesFault {
  no_database,
  wrong_key,  ///< or a damaged first page
  failed,
};

class CipherPages {
 public:
  static constexpr std::size_t page_size = 4096;
  using Page = std::array<std::uint8_t, page_size>;

  /// Opens reports.db in `folder`, with the log beside it unless the epoch was closed. Writes nothing.
  [[nodiscard]] static tl::expected<CipherPages, PagesFault> open(const std::filesystem::path& folder,
                                                                  const crypto::EpochKey& key);
  CipherPages(CipherPages&&) noexcept;
  ~CipherPages();

  /// How many pages the file has room for.
  std::uint32_t count() const;
  /// Page `number` (from 1) in the clear; nothing when it is not there or was changed by somebody without the
  /// key.
  std::optional<Page> read(std::uint32_t number) const;

 private:
  struct Impl;
  explicit CipherPages(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sandyk::storage
