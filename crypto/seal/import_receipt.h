// What an organisation's desk says about an epoch it imported (docs/formats.md, "Import receipt"). The server
// may delete an epoch sooner once every organisation said `complete`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "crypto/seal/calendar.h"
#include "crypto/seal/ids.h"
#include "crypto/seal/signature.h"

namespace sandyk::crypto {

struct ImportReceipt {
  std::string site, organisation;
  EpochId epoch;
  Digest database, key;  ///< of reports.db and key.age, as in the epoch's mark
  bool is_complete;      ///< every row was read, every report opened
  Date date;             ///< the day it was signed
  bool operator==(const ImportReceipt&) const = default;
};

/// Reads a receipt without regard to who signed it.
std::optional<ImportReceipt> parse_import_receipt(ByteView json);
/// The bytes to sign, by the desk key, with the date as mark.
std::string write_import_receipt(const ImportReceipt& receipt);

/// Verifies the signature over the exact bytes, then reads them; malformed also when they are not a receipt
/// or another date was signed.
[[nodiscard]] tl::expected<ImportReceipt, SignatureFault> verify_import_receipt(
    ByteView json, std::string_view signature_file, const VerifyKey& desk_key, std::string_view site);

}  // namespace sandyk::crypto
