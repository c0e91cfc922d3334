#include "crypto/seal/ids.h"

#include <algorithm>

#include "crypto/seal/text_encoding.h"

namespace sandyk::crypto {

template <class Kind, std::size_t N>
std::optional<Id<Kind, N>> Id<Kind, N>::parse(std::string_view hex) {
  if (hex.size() != 2 * N) return std::nullopt;
  const auto bytes = from_hex(hex);
  return bytes ? from(*bytes) : std::nullopt;
}

template <class Kind, std::size_t N>
std::optional<Id<Kind, N>> Id<Kind, N>::from(ByteView bytes) {
  if (bytes.size() != N) return std::nullopt;
  std::array<std::uint8_t, N> copy;
  std::copy(bytes.begin(), bytes.end(), copy.begin());
  return Id(copy);
}

template <class Kind, std::size_t N>
std::string Id<Kind, N>::hex() const {
  return to_hex(bytes_);
}

template class Id<struct DigestKind, 32>;
template class Id<struct ReportIdKind, 32>;
template class Id<struct EpochIdKind, 16>;
template class Id<struct PuzzleSeedKind, 32>;
template class Id<struct PuzzleNonceKind, 8>;
template class Id<struct UploadTokenKind, 32>;

Digest sha256(ByteView bytes) {
  std::array<std::uint8_t, 32> out;
  crypto_hash_sha256(out.data(), bytes.data(), bytes.size());
  return Digest(out);
}

Sha256::Sha256() {
  crypto_hash_sha256_init(&state_);
}

void Sha256::add(ByteView bytes) {
  crypto_hash_sha256_update(&state_, bytes.data(), bytes.size());
}

Digest Sha256::finish() {
  std::array<std::uint8_t, 32> out;
  crypto_hash_sha256_final(&state_, out.data());
  return Digest(out);
}

bool is_short_name(std::string_view name) {
  return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

ReportId report_id(ByteView sealed) {
  return *ReportId::from(sha256(sealed).bytes());
}

EpochId random_epoch_id() {
  std::array<std::uint8_t, EpochId::size> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  return EpochId(bytes);
}

UploadToken random_upload_token() {
  std::array<std::uint8_t, UploadToken::size> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  return UploadToken(bytes);
}

}  // namespace sandyk::crypto
