// Bech32 (BIP 173, checksum constant 1) without the 90-character limit, as age writes keys.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/seal/bytes.h"
#include "crypto/seal/secret.h"

namespace sandyk::crypto {

/// Lower-case Bech32 of public bytes under `hrp` (lower case).
std::string to_bech32(std::string_view hrp, ByteView bytes);

/// The bytes of a Bech32 string that is wholly lower case and has exactly this `hrp`; nothing for a bad
/// checksum, another part in front, mixed or upper case, or non-zero padding bits.
std::optional<Bytes> from_bech32(std::string_view hrp, std::string_view text);

/// As above for secret bytes: upper case (as age writes identities), and wiped buffers throughout.
SecretText to_bech32_secret(std::string_view upper_hrp, ByteView secret);
std::optional<WipedBytes> from_bech32_secret(std::string_view upper_hrp, std::string_view text);

}  // namespace sandyk::crypto
