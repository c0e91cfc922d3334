// Retention at the desk: what is due by the desk's own policy, what is held, and destruction that leaves a
// tombstone and, of an incident that has no report left, its row in the statistics.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "desk/casework/casework.h"
#include "desk/casework/desk_policy.h"
#include "desk/casework/order.h"

namespace sandyk::desk {

/// How long a report stays, and why.
struct Kept {
  std::int64_t n = 0;
  std::string id, retention_class;
  std::optional<crypto::Date> due;  ///< none where the policy sets no term
  bool is_review = false;           ///< due to be looked at, not to be destroyed
  bool is_overdue = false;
  bool is_held = false;
  unsigned approvals = 2;
};

struct Held {
  std::int64_t n = 0;
  std::string id, hold, reason;
  crypto::Date until, review_by;
};

struct RetentionLists {
  std::vector<Kept> due, overdue;  ///< due within a week, and past their day; the oldest first
  std::vector<Held> held;
};

/// A report's class and term. `policy` may be missing: then nothing is due.
[[nodiscard]] tl::expected<Kept, Problem> retention_of(Casework& casework,
                                                       const std::optional<DeskPolicy>& policy,
                                                       std::int64_t report);
[[nodiscard]] tl::expected<RetentionLists, Problem> retention_lists(Casework& casework,
                                                                    const std::optional<DeskPolicy>& policy);

/// Destroys what is overdue, or refuses as a whole: what is held, or not due, or of a class that two people
/// decide about, needs an order. Returns how many were destroyed.
[[nodiscard]] tl::expected<std::size_t, Problem> destroy_overdue(Casework& casework,
                                                                 const std::optional<DeskPolicy>& policy,
                                                                 std::span<const std::int64_t> reports);

/// A problem that names the first of the reports that is held.
[[nodiscard]] Did none_held(Casework& casework, std::span<const std::int64_t> reports);
/// Destroys reports that their reporter took back, whatever their class. That none is held was asked before.
[[nodiscard]] Did destroy_withdrawn(Casework& casework, std::span<const std::int64_t> reports,
                                    const std::string& why);

/// Carries out an order that two people of the policy approved; cut off, it can be carried out again. Returns
/// how many reports it was about.
[[nodiscard]] tl::expected<std::size_t, Problem> carry_out(Casework& casework, const DeskPolicy& policy,
                                                           const crypto::VerifyKey& organisation,
                                                           const Order& order);

/// What statistics keep of an incident: what, about when and where, against whom by role; no name, no words.
Incident for_statistics(const Incident& incident);

}  // namespace sandyk::desk
