// Verifying what was signed offline: minisign files whose trusted comment says what they are
// (docs/formats.md, "Signatures").
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "crypto/seal/bytes.h"
#include "crypto/seal/minisign_format.h"

namespace sandyk::crypto {

/// The public half of a minisign key.
class VerifyKey {
 public:
  VerifyKey(const minisign::KeyId& id, const std::array<std::uint8_t, minisign::public_key_size>& key)
      : id_(id), key_(key) {}

  /// Reads a minisign .pub file (two lines) or its second line alone.
  static std::optional<VerifyKey> parse(std::string_view text);

  /// The one base64 line that `minisign -P` takes.
  std::string text() const;
  /// A minisign .pub file.
  std::string file() const;
  const minisign::KeyId& id() const { return id_; }
  ByteView key() const { return key_; }
  /// First 16 hex digits of SHA-256 of the 32 key bytes: for a root key, the name of the site.
  std::string site() const;
  bool operator==(const VerifyKey&) const = default;

 private:
  minisign::KeyId id_;
  std::array<std::uint8_t, minisign::public_key_size> key_;
};

/// What a signature is for. The word stands in the trusted comment, so one kind never passes for another.
enum class SignedKind { keyring, policy, board, release, import_receipt, statement };
std::string_view word_of(SignedKind kind);

/// The trusted comment: `sandyk/1 <kind> <site> <serial-or-date>`.
std::string trusted_comment(SignedKind kind, std::string_view site, std::string_view mark);

enum class SignatureFault {
  malformed,      ///< not a minisign signature file
  not_prehashed,  ///< the old algorithm
  other_key,      ///< made with another key
  wrong,          ///< does not fit these bytes
  wrong_comment,  ///< the trusted comment was changed
  other_kind,     ///< signed, but as another kind of file
  other_site,     ///< signed, but for another site
};

/// Verifies a minisign signature file over `message`, its global signature and its trusted comment.
/// Returns the comment's last word, the serial number or date.
[[nodiscard]] tl::expected<std::string, SignatureFault> verify(const VerifyKey& key, ByteView message,
                                                               std::string_view signature_file,
                                                               SignedKind kind, std::string_view site);

}  // namespace sandyk::crypto
