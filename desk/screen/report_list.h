// The list of reports: filters, search, order, page by page.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/calendar.h"
#include "crypto/seal/json.h"
#include "desk/case_file.h"

namespace sandyk::desk {

/// Where a report stands in the queue: a page begins after one.
struct QueuePlace {
  std::int64_t place, minus_day, n;

  /// One spelling for each; nothing for anything else.
  static std::optional<QueuePlace> parse(std::string_view text);
  std::string text() const;
  bool operator==(const QueuePlace&) const = default;
};

/// What a report must be to be listed; what is empty asks for nothing.
struct ReportFilter {
  std::string status, words;
  std::vector<ReportCode> codes;
  std::string entity, case_id;           ///< of an incident that was coded from it
  std::optional<crypto::Date> from, to;  ///< of the epoch
  std::optional<QueuePlace> after;
  std::int64_t most = 200;
};

/// `{total, rows, next?}`.
[[nodiscard]] tl::expected<crypto::Json, Problem> list_reports(CaseFile& file, const ReportFilter& filter);

/// One report as it stands in a list; nothing when it is not listed.
[[nodiscard]] tl::expected<std::optional<crypto::Json>, Problem> row_of(CaseFile& file, std::int64_t n);

}  // namespace sandyk::desk
