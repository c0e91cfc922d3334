// The MAC at the end of the header (C2SP age.md, "Header MAC").
#pragma once

#include <array>
#include <string>
#include <vector>

#include "crypto/seal/age/header.h"
#include "crypto/seal/secret.h"

namespace sandyk::crypto::age {

/// The MAC over `authenticated`, the header's bytes through the three dashes.
std::array<std::uint8_t, mac_size> header_mac(const FileKey& file_key, ByteView authenticated);

/// The whole header: the stanzas as write_unauthenticated gives them, then their MAC.
std::string write_header(const std::vector<Stanza>& stanzas, const FileKey& file_key);

}  // namespace sandyk::crypto::age
