// What kind of file something is, told from its first bytes: file names are dropped.
#pragma once

#include <string_view>

#include "crypto/seal/bytes.h"

namespace sandyk::reporter {

/// `image/jpeg` and the like; `application/octet-stream` when the bytes are of no kind that we know.
std::string_view media_type_of(crypto::ByteView content);

/// The code of the vocabulary's list evidence_kind that fits a media type.
std::string_view evidence_kind_of(std::string_view media_type);

/// Whether a JPEG has an Exif part, where cameras and phones write place, time and device.
bool has_exif(crypto::ByteView content);

}  // namespace sandyk::reporter
