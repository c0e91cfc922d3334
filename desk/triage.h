// The queue: in what order staff see reports, and what they decided at first sight.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "storage/database.h"

namespace sandyk::desk {

/// `new`, `urgent`, `case`, `spam` or `done`.
bool is_status(std::string_view text);

/// Puts a report where it belongs, once its glance and codes are there: withdrawals first, then danger, then
/// the newest day. What is spam or done comes last.
[[nodiscard]] tl::expected<void, storage::DbFault> put_in_queue(storage::Database& database, std::int64_t n);
/// As above, for every report that is listed, when the queue is empty: a case file of before there was one.
[[nodiscard]] tl::expected<void, storage::DbFault> fill_queue(storage::Database& database);

/// What staff decided. False when there is no such report in the queue.
[[nodiscard]] tl::expected<bool, storage::DbFault> set_status(storage::Database& database, std::int64_t n,
                                                              std::string_view status);
[[nodiscard]] tl::expected<bool, storage::DbFault> set_read(storage::Database& database, std::int64_t n);

}  // namespace sandyk::desk
