// What is decided about a request from its head alone, before a byte of the body is read.
#pragma once

#include <optional>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/calendar.h"
#include "intake/answer.h"
#include "intake/request_head.h"
#include "intake/uploads.h"
#include "storage/keyring_set.h"

namespace sandyk::intake {

inline constexpr std::string_view reports_path = "/reports/";
inline constexpr std::string_view form_path = "/reports";  ///< where the page's form goes, without script
inline constexpr std::string_view keyring_path = "/keyring/";
inline constexpr std::string_view policy_path = "/policy/";
inline constexpr std::string_view board_path = "/board/";
inline constexpr std::string_view log_path = "/log/";
inline constexpr std::string_view puzzle_path = "/puzzle";
inline constexpr std::string_view uploads_path = "/uploads";
inline constexpr std::string_view upload_path = "/uploads/";

/// What an admitted request brings.
struct Admitted {
  std::uint64_t body = 0;    ///< bytes to wait for
  std::uint64_t report = 0;  ///< length of the sealed report that it brings or announces; 0: none
  bool is_form = false;      ///< whose report shows only when it is whole
};

/// What to wait for, or the answer to give at once. Checked in this order: path, method, length, largest
/// length, type, week, length of that week; of a part: headers, length, type, and whether it fits to what is
/// here. Without `uploads` their paths are not there.
[[nodiscard]] tl::expected<Admitted, Answer> admit(const Head& head, const storage::KeyringSet& keyrings,
                                                   crypto::Date today, const Uploads* uploads = nullptr);

/// The addresses of the site's nodes in the week in force, as a browser writes an origin.
std::vector<std::string> origins_of_nodes(const storage::KeyringSet& keyrings, crypto::Date today);

/// The origin of the page that asks, when it is of one of the site's nodes in a week in force: then that page
/// may read the answer, so that a reporter whose node falls silent goes on at another. Empty for any other.
std::string origin_of_node(const Head& head, const storage::KeyringSet& keyrings, crypto::Date today);

/// The headers that let a page of `origin` read an answer.
std::vector<std::pair<std::string, std::string>> readable_from(const std::string& origin);

/// The report that a request brings or announces, if it names one.
std::optional<crypto::ReportId> report_named(const Head& head);

/// The length of the longest report that any of the site's weeks takes.
std::uint64_t largest_length(const storage::KeyringSet& keyrings);

}  // namespace sandyk::intake
