#include "crypto/seal/age/header_mac.h"

#include <sodium.h>

#include "crypto/seal/hkdf.h"
#include "crypto/seal/text_encoding.h"

namespace sandyk::crypto::age {

std::array<std::uint8_t, mac_size> header_mac(const FileKey& file_key, ByteView authenticated) {
  const auto key = hkdf<HeaderKey>(file_key.expose(), {}, bytes_of("header"));
  std::array<std::uint8_t, mac_size> mac{};
  crypto_auth_hmacsha256(mac.data(), authenticated.data(), authenticated.size(), key.expose().data());
  return mac;
}

std::string write_header(const std::vector<Stanza>& stanzas, const FileKey& file_key) {
  std::string text = write_unauthenticated(stanzas);
  const auto mac = header_mac(file_key, bytes_of(text));
  text += ' ';
  text += to_base64(mac, Base64::padless);
  text += '\n';
  return text;
}

}  // namespace sandyk::crypto::age
