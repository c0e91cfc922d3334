// What an organisation says about a week's keys that it destroyed (docs/formats.md, "Key statements").
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/approval.h"
#include "crypto/seal/calendar.h"
#include "crypto/seal/ids.h"
#include "crypto/seal/signature.h"

namespace sandyk::crypto {

/// Two people agreed that the keys may go although these epochs were not imported.
struct UnreadConsent {
  std::vector<EpochId> epochs;  ///< 1 to 1000, sorted, each once
  std::vector<Approval> signed_by;
  bool operator==(const UnreadConsent&) const = default;
};

struct KeyDestroyed {
  std::string site, organisation;
  Week week;
  Digest recipient;  ///< of the text age1pq1… that stood in the week's keyring
  Date date;
  std::optional<UnreadConsent> unread;  ///< there when epochs had no receipt
  bool operator==(const KeyDestroyed&) const = default;
};

/// Reads a statement without regard to who signed it; the consent in it has two approvals, not verified here.
std::optional<KeyDestroyed> parse_key_destroyed(ByteView json);
/// The bytes to sign, by the desk key, with the date as mark.
std::string write_key_destroyed(const KeyDestroyed& statement);

/// Verifies the signature over the exact bytes, then reads them; malformed also when they are not a statement
/// or another date was signed. Who may consent is for the caller: see `approved_by_two` and `unread_text`.
[[nodiscard]] tl::expected<KeyDestroyed, SignatureFault> verify_key_destroyed(ByteView json,
                                                                              std::string_view signature_file,
                                                                              const VerifyKey& desk_key,
                                                                              std::string_view site);

/// The exact text that the two people sign, with the week as mark.
std::string unread_text(std::string_view site, std::string_view organisation, Week week,
                        const std::vector<EpochId>& epochs);

}  // namespace sandyk::crypto
