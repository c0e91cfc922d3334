// What is decided about a request from its head alone, before a byte of the body is read.
#pragma once

#include <optional>
#include <string_view>
#include <tl/expected.hpp>

#include "crypto/seal/calendar.h"
#include "intake/answer.h"
#include "intake/request_head.h"
#include "storage/keyring_set.h"

namespace sandyk::intake {

inline constexpr std::string_view reports_path = "/reports/";
inline constexpr std::string_view keyring_path = "/keyring/";
inline constexpr std::string_view policy_path = "/policy/";
inline constexpr std::string_view log_path = "/log/";
inline constexpr std::string_view puzzle_path = "/puzzle";

/// The method that a path takes (docs/design.md, section 6); nothing when there is no such path.
std::optional<Method> method_of(std::string_view path);

/// The length of the body to wait for (0 for GET), or the answer to give at once. Checked in this order:
/// path, method, length, largest length, type, week, length of that week.
[[nodiscard]] tl::expected<std::uint64_t, Answer> admit(const Head& head, const storage::KeyringSet& keyrings,
                                                        crypto::Date today);

}  // namespace sandyk::intake
