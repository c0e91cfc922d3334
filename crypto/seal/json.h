// JSON from outside: limits first, then the library's parser, with doubtful input refused.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/seal/bytes.h"

namespace sandyk::crypto {

/// Keeps members in the order they were written in.
using Json = nlohmann::ordered_json;

/// The value, or nothing for: more than `max_size` bytes, more than 16 levels, not UTF-8, not JSON, a
/// byte order mark, a NUL byte, or an object with the same member twice (two readers would differ on it).
std::optional<Json> parse_json(ByteView text, std::size_t max_size);

/// As above, and an object whose member `format` is exactly `format`.
std::optional<Json> parse_format(ByteView text, std::size_t max_size, std::string_view format);

// Members of an object, by type; nothing when absent or of another type.
std::optional<std::string> text_member(const Json& object, std::string_view name);
std::optional<std::uint64_t> number_member(const Json& object, std::string_view name);

/// Our own files: UTF-8 with letters as they are, one space of indentation, a final newline.
std::string write_json(const Json& value);

}  // namespace sandyk::crypto
