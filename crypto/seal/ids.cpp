#include "crypto/seal/ids.h"

#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>
#include <new>
#include <stdexcept>

#include "crypto/seal/text_encoding.h"

namespace sandyk::crypto {
namespace {

/// By OpenSSL, which uses the processor's instructions for it: five times as fast as libsodium. From a
/// context of our own: the machine's configuration of OpenSSL may leave SHA-256 out. Looking it up costs more
/// than a small hash, so it is kept.
const EVP_MD* openssl_sha256() {
  static const EVP_MD* const digest = EVP_MD_fetch(OSSL_LIB_CTX_new(), "SHA256", nullptr);
  if (digest == nullptr) throw std::runtime_error("OpenSSL offers no SHA-256");
  return digest;
}

}  // namespace

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
  Sha256 hash;
  hash.add(bytes);
  return hash.finish();
}

void Sha256::Free::operator()(evp_md_ctx_st* context) const noexcept {
  EVP_MD_CTX_free(context);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  if (!context_ || EVP_DigestInit_ex2(context_.get(), openssl_sha256(), nullptr) != 1) throw std::bad_alloc();
}

void Sha256::add(ByteView bytes) {
  if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1)
    throw std::runtime_error("OpenSSL does not hash");
}

Digest Sha256::finish() {
  std::array<std::uint8_t, Digest::size> out;
  if (EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) != 1)
    throw std::runtime_error("OpenSSL does not hash");
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
