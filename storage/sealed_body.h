// A sealed report's bytes on their way to the database: small ones in memory, large ones in an unlinked file,
// or wherever an upload has left its parts.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <tl/expected.hpp>
#include <variant>

#include "crypto/seal/bytes.h"
#include "crypto/seal/file.h"

namespace sandyk::storage {

/// A body that is kept elsewhere. May be read from any thread.
class BodySource {
 public:
  virtual ~BodySource() = default;
  [[nodiscard]] virtual tl::expected<void, crypto::IoFault> read(std::uint64_t offset,
                                                                 std::span<std::uint8_t> out) const = 0;
};

class SealedBody {
 public:
  explicit SealedBody(crypto::Bytes bytes) : size_(bytes.size()), bytes_(std::move(bytes)) {}
  /// `file` holds the body from offset 0; it has no name, so nothing is left of it after a crash.
  SealedBody(crypto::Fd file, std::uint64_t size) : size_(size), bytes_(std::move(file)) {}
  SealedBody(std::shared_ptr<const BodySource> source, std::uint64_t size)
      : size_(size), bytes_(std::move(source)) {}

  std::uint64_t size() const { return size_; }

  /// Fills `out` from `offset` on; a fault when fewer bytes are there. May be called from any thread.
  [[nodiscard]] tl::expected<void, crypto::IoFault> read(std::uint64_t offset,
                                                         std::span<std::uint8_t> out) const;
  /// `size` bytes from `offset` on: where they lie, if that is in memory, or else read into `room`. Good as
  /// long as both are left alone.
  [[nodiscard]] tl::expected<crypto::ByteView, crypto::IoFault> look(std::uint64_t offset, std::size_t size,
                                                                     crypto::Bytes& room) const;

 private:
  bool holds(std::uint64_t offset, std::size_t size) const {
    return offset <= size_ && size <= size_ - offset;
  }

  std::uint64_t size_;
  std::variant<crypto::Bytes, crypto::Fd, std::shared_ptr<const BodySource>> bytes_;
};

}  // namespace sandyk::storage
