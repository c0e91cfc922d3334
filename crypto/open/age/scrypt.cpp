#include "crypto/open/age/scrypt.h"

#include <algorithm>
#include <charconv>

#include "crypto/open/age/file_key.h"
#include "crypto/seal/text_encoding.h"

namespace sandyk::crypto::age {
namespace {

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

tl::expected<std::optional<FileKey>, OpenFault> unwrap_with_passphrase(std::span<const Stanza> stanzas,
                                                                       const SecretText& passphrase) {
  const auto is_scrypt = [](const Stanza& s) { return s.arguments.front() == scrypt_type; };
  const auto found = std::find_if(stanzas.begin(), stanzas.end(), is_scrypt);
  if (found == stanzas.end()) return std::optional<FileKey>();
  // Beside another stanza the file could be opened without the passphrase, yet look protected by it.
  if (stanzas.size() != 1 || found->arguments.size() != 3 || found->body.size() != wrapped_key_size)
    return tl::unexpected(OpenFault::header);
  const auto bytes = from_base64(found->arguments[1], Base64::padless);
  const auto log_n = parse_work_factor(found->arguments[2]);
  if (!bytes || bytes->size() != scrypt_salt_size || !log_n) return tl::unexpected(OpenFault::header);
  ScryptSalt salt;
  std::copy(bytes->begin(), bytes->end(), salt.begin());

  const auto key = scrypt_wrap_key(passphrase, salt, *log_n);
  if (!key) return tl::unexpected(OpenFault::too_costly);
  return unwrap_file_key(*key, zero_nonce, found->body);
}

}  // namespace sandyk::crypto::age
