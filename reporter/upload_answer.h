// What a server says of an upload in its headers: the few forms that we take, and nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sandyk::reporter {

/// The path of an upload in a Location. Nothing for another server's, or any other place of this one.
std::optional<std::string> upload_path(std::string_view location);

/// A number of bytes: plain digits, at most 15.
std::optional<std::uint64_t> upload_number(std::string_view text);

/// `max-append-size` of an Upload-Limit; nothing when it is not there or not a number above 0.
std::optional<std::uint64_t> largest_part(std::string_view limits);

}  // namespace sandyk::reporter
