#include "crypto/open/age_passphrase.h"

#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "crypto/open/age_wrapped_key.h"
#include "crypto/seal/text_encoding.h"

namespace sandyk::crypto::age {
namespace {

using Salt = std::array<std::uint8_t, scrypt_salt_size>;
constexpr std::array<std::uint8_t, 12> zero_nonce{};

/// scrypt with r = 8, p = 1; nothing when its 1024 · 2^log_n bytes cannot be had.
std::optional<WrapKey> wrap_key(const SecretText& passphrase, ByteView salt, unsigned log_n) {
  std::string labelled(scrypt_salt_label);
  labelled += text_of(salt);
  bool is_done = false;
  auto key = WrapKey::make([&](std::span<std::uint8_t, 32> out) {
    is_done = crypto_pwhash_scryptsalsa208sha256_ll(passphrase.expose().data(), passphrase.size(),
                                                    bytes_of(labelled).data(), labelled.size(), 1ULL << log_n,
                                                    8, 1, out.data(), out.size()) == 0;
  });
  if (!is_done) return std::nullopt;
  return key;
}

/// 1 to the largest we are willing to compute; no sign, no leading zero.
std::optional<unsigned> parse_work_factor(std::string_view text) {
  unsigned value = 0;
  if (text.empty() || text.size() > 2 || text.front() < '1' || text.front() > '9') return std::nullopt;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size() || value > scrypt_max_log_n)
    return std::nullopt;
  return value;
}

}  // namespace

std::optional<Stanza> wrap_with_passphrase(const FileKey& file_key, const SecretText& passphrase,
                                           unsigned log_n) {
  Salt salt;
  randombytes_buf(salt.data(), salt.size());
  const auto key = wrap_key(passphrase, salt, log_n);
  if (!key) return std::nullopt;
  Stanza stanza{{std::string(scrypt_type), to_base64(salt, Base64::padless), std::to_string(log_n)},
                Bytes(wrapped_key_size)};
  crypto_aead_chacha20poly1305_ietf_encrypt(stanza.body.data(), nullptr, file_key.expose().data(),
                                            file_key_size, nullptr, 0, nullptr, zero_nonce.data(),
                                            key->expose().data());
  return stanza;
}

tl::expected<std::optional<FileKey>, OpenFault> unwrap_with_passphrase(const std::vector<Stanza>& stanzas,
                                                                       const SecretText& passphrase) {
  const auto is_scrypt = [](const Stanza& s) { return s.arguments.front() == scrypt_type; };
  const auto found = std::find_if(stanzas.begin(), stanzas.end(), is_scrypt);
  if (found == stanzas.end()) return std::optional<FileKey>();
  // Beside another stanza the file could be opened without the passphrase, yet look protected by it.
  if (stanzas.size() != 1 || found->arguments.size() != 3 || found->body.size() != wrapped_key_size)
    return tl::unexpected(OpenFault::header);
  const auto salt = from_base64(found->arguments[1], Base64::padless);
  const auto log_n = parse_work_factor(found->arguments[2]);
  if (!salt || salt->size() != scrypt_salt_size || !log_n) return tl::unexpected(OpenFault::header);

  const auto key = wrap_key(passphrase, *salt, *log_n);
  if (!key) return tl::unexpected(OpenFault::too_costly);
  return open_wrapped_key(*key, zero_nonce, found->body);
}

}  // namespace sandyk::crypto::age
