// Names of things, as types: a report is named by its content, an epoch by chance (docs/formats.md, "Ids").
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/seal/bytes.h"

struct evp_md_ctx_st;

namespace sandyk::crypto {

/// N public bytes of one Kind, written as 2N lower-case hex digits and no other way.
template <class Kind, std::size_t N>
class Id {
 public:
  static constexpr std::size_t size = N;

  explicit Id(std::array<std::uint8_t, N> bytes) : bytes_(bytes) {}

  /// Nothing unless `hex` is exactly 2N lower-case digits.
  static std::optional<Id> parse(std::string_view hex);
  /// Nothing unless there are exactly N bytes.
  static std::optional<Id> from(ByteView bytes);

  std::string hex() const;
  ByteView bytes() const { return bytes_; }
  auto operator<=>(const Id&) const = default;

 private:
  std::array<std::uint8_t, N> bytes_;
};

using Digest = Id<struct DigestKind, 32>;          // SHA-256 of some public file
using ReportId = Id<struct ReportIdKind, 32>;      // SHA-256 of the sealed bytes
using EpochId = Id<struct EpochIdKind, 16>;        // random
using PuzzleSeed = Id<struct PuzzleSeedKind, 32>;  // of half an hour, by the server's secret
using PuzzleNonce = Id<struct PuzzleNonceKind, 8>;
using UploadToken = Id<struct UploadTokenKind, 32>;  // random: who knows it may go on with the upload

extern template class Id<struct DigestKind, 32>;
extern template class Id<struct ReportIdKind, 32>;
extern template class Id<struct EpochIdKind, 16>;
extern template class Id<struct PuzzleSeedKind, 32>;
extern template class Id<struct PuzzleNonceKind, 8>;
extern template class Id<struct UploadTokenKind, 32>;

/// SHA-256 of public bytes.
Digest sha256(ByteView bytes);

/// SHA-256 over bytes that come in pieces.
class Sha256 {
 public:
  Sha256();
  void add(ByteView bytes);
  Digest finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const noexcept;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

/// A name that people give: 1 to 32 of a-z, 0-9 and '-'.
bool is_short_name(std::string_view name);

ReportId report_id(ByteView sealed);
EpochId random_epoch_id();
UploadToken random_upload_token();

}  // namespace sandyk::crypto
