// One week's keyring: whom reports are sealed to, and until when they may arrive (docs/formats.md,
// "keyring").
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/age/mlkem768x25519.h"
#include "crypto/seal/calendar.h"
#include "crypto/seal/ids.h"
#include "crypto/seal/json.h"
#include "crypto/seal/signature.h"

namespace sandyk::crypto {

inline constexpr std::size_t max_keyring_size = 256 * 1024;
inline constexpr std::chrono::days grace_days{14};  ///< from `not_after` to the least `accept_until`

struct OrganisationName {
  std::string en, ru, ky;
};

struct Organisation {
  std::string id;  ///< 1 to 32 of a-z, 0-9, '-'
  OrganisationName name;
  age::HybridRecipient recipient;  ///< of this week only
  VerifyKey desk_key;              ///< signs import receipts
  VerifyKey answer_key;            ///< signs answers and boards
  unsigned board_slots;
};

/// A way to reach an intake; either part may be empty, not both.
struct Node {
  std::string https, onion;
};

/// What the root key says about one week.
struct KeyringContent {
  std::string site;
  std::uint64_t serial;
  Week week;
  Date not_before, not_after;               ///< first and last day on which to seal
  Date accept_until;                        ///< last day on which a file sealed in that week may arrive
  Date destroy_by;                          ///< last day on which the week's identities may exist
  std::uint64_t max_class;                  ///< largest size class taken, in bytes
  std::vector<Organisation> organisations;  ///< their order is the order of the stanzas
  std::vector<Node> nodes;
  std::optional<Digest> previous;  ///< SHA-256 of the keyring with the serial before, if there was one
};

enum class KeyringFault {
  malformed_signature,
  other_key,
  wrong_signature,
  other_kind,
  other_site,
  too_large,
  malformed,  ///< signed, but not a keyring this program can read
  wrong_serial,
  wrong_dates,
};

/// A keyring whose signature by the root was verified; only `verify` makes one.
class Keyring {
 public:
  /// Verifies the signature over the exact bytes, then reads them. Does not compare with today.
  [[nodiscard]] static tl::expected<Keyring, KeyringFault> verify(ByteView json,
                                                                  std::string_view signature_file,
                                                                  const VerifyKey& root);

  const KeyringContent& content() const { return content_; }
  /// The signed bytes and the signature file, to pass on unchanged.
  const std::string& json() const { return json_; }
  const std::string& signature() const { return signature_; }
  Digest hash() const;

  bool is_in_force(Date day) const { return content_.not_before <= day && day <= content_.not_after; }
  bool accepts(Date day) const { return content_.not_before <= day && day <= content_.accept_until; }
  std::vector<age::HybridRecipient> recipients() const;

 private:
  Keyring(KeyringContent content, std::string json, std::string signature)
      : content_(std::move(content)), json_(std::move(json)), signature_(std::move(signature)) {}

  KeyringContent content_;
  std::string json_, signature_;
};

/// Reads a keyring without regard to who signed it: for the one who signs, and for fuzzing.
std::optional<KeyringContent> parse_keyring(ByteView json);

/// One entry of `organisations`, read and written; also carried on its own to whoever signs the keyring.
std::optional<Organisation> parse_organisation(const Json& entry);
Json write_organisation(const Organisation& organisation);
/// 1 to 32 of a-z, 0-9 and '-'.
bool is_organisation_id(std::string_view id);

/// The bytes to sign.
std::string write_keyring(const KeyringContent& content);

/// One sentence for people.
std::string_view sentence(KeyringFault fault);

}  // namespace sandyk::crypto
