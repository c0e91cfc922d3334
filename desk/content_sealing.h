// A report's content under its own key, in pieces: what stands in the table `content` of the case file.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "desk/report_keys.h"

namespace sandyk::desk {

inline constexpr std::size_t content_part = 256 * 1024;
inline constexpr std::size_t sealed_part_overhead = 40;  ///< a nonce and a tag

/// Part `part` of the content `name`, sealed: a nonce, then the bytes and their tag, bound to name, part and
/// whether it is the last one.
crypto::Bytes seal_content(const ReportKey& key, std::string_view name, std::uint32_t part, bool is_last,
                           crypto::ByteView bytes);

/// Nothing when it is not what that key sealed for that place.
std::optional<crypto::WipedBytes> open_content(const ReportKey& key, std::string_view name,
                                               std::uint32_t part, bool is_last, crypto::ByteView sealed);

}  // namespace sandyk::desk
