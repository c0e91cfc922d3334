// The file in which reports lie that are still arriving. It has one size from the start and is full of noise;
// what is written into it is encrypted with keys that never leave the process, so it says as little as it did
// when it was empty.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "crypto/seal/bytes.h"
#include "crypto/seal/file.h"
#include "crypto/seal/size_class.h"

namespace sandyk::storage {

class UploadSpool {
 public:
  static constexpr std::uint64_t block_size = 256 * crypto::kib;

  /// A place in the file, given back with this object. The spool outlives it.
  class Block {
   public:
    Block(Block&& other) noexcept : spool_(std::exchange(other.spool_, nullptr)), number_(other.number_) {}
    Block& operator=(Block&&) = delete;
    ~Block();

   private:
    friend class UploadSpool;
    Block(UploadSpool* spool, std::uint32_t number) : spool_(spool), number_(number) {}
    UploadSpool* spool_;
    std::uint32_t number_;
  };

  /// Opens the file in the vault's folder; makes it when it is not there or of another size. Takes `size`
  /// bytes, or what whole blocks fit. IoFault::disk_full when less than `reserve` would be left of the disk.
  [[nodiscard]] static tl::expected<std::unique_ptr<UploadSpool>, crypto::IoFault> open(
      const std::filesystem::path& vault, std::uint64_t size, std::uint64_t reserve);
  /// Removes the file, where uploads are switched off.
  static void remove(const std::filesystem::path& vault);

  /// A free block, any of them; nothing when there is none. Thread-safe, as is all below.
  std::optional<Block> take();
  /// Writes into a block. Not synced: what is said of a part holds as long as this process, which has the
  /// key.
  [[nodiscard]] tl::expected<void, crypto::IoFault> write(const Block& block, std::uint64_t at,
                                                          crypto::ByteView bytes);
  [[nodiscard]] tl::expected<void, crypto::IoFault> read(const Block& block, std::uint64_t at,
                                                         std::span<std::uint8_t> out) const;
  /// Writes noise over a free block, any of them. Done at times that chance sets, so that neither a block
  /// that has changed nor the time of the last change says that a part came.
  void stir();

  std::size_t blocks() const { return blocks_; }
  std::size_t free_blocks() const;

 private:
  UploadSpool(crypto::Fd file, std::filesystem::path path, std::size_t blocks);
  void give_back(std::uint32_t number);
  void hide_time() const;

  const crypto::Fd file_;
  const std::filesystem::path path_;
  const std::size_t blocks_;
  mutable std::mutex mutex_;
  std::vector<std::uint32_t> free_;  // guarded by mutex_
};

}  // namespace sandyk::storage
