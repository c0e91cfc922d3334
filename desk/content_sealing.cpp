#include "desk/content_sealing.h"

#include <sodium.h>

namespace sandyk::desk {
namespace {

constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(nonce_size + tag_size == sealed_part_overhead);

crypto::Bytes place_of(std::string_view name, std::uint32_t part, bool is_last) {
  crypto::Bytes place(name.begin(), name.end());
  for (unsigned i = 0; i < 4; ++i) place.push_back(static_cast<std::uint8_t>(part >> (8 * i)));
  place.push_back(is_last ? 1 : 0);
  return place;
}

}  // namespace

crypto::Bytes seal_content(const ReportKey& key, std::string_view name, std::uint32_t part, bool is_last,
                           crypto::ByteView bytes) {
  crypto::Bytes sealed(nonce_size + bytes.size() + tag_size);
  randombytes_buf(sealed.data(), nonce_size);
  const auto place = place_of(name, part, is_last);
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + nonce_size, nullptr, bytes.data(), bytes.size(),
                                             place.data(), place.size(), nullptr, sealed.data(),
                                             key.expose().data());
  return sealed;
}

std::optional<crypto::WipedBytes> open_content(const ReportKey& key, std::string_view name,
                                               std::uint32_t part, bool is_last, crypto::ByteView sealed) {
  if (sealed.size() < nonce_size + tag_size) return std::nullopt;
  crypto::WipedBytes bytes(sealed.size() - nonce_size - tag_size);
  const auto place = place_of(name, part, is_last);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes.data(), nullptr, nullptr, sealed.data() + nonce_size,
                                                 sealed.size() - nonce_size, place.data(), place.size(),
                                                 sealed.data(), key.expose().data()) != 0)
    return std::nullopt;
  return bytes;
}

}  // namespace sandyk::desk
