// How each epoch that has not gone stands on the day of the audit: when it must go, and what it waits for.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "audit/evidence.h"
#include "storage/retention.h"

namespace sandyk::audit {

enum class Class {
  waiting,   ///< for somebody to import it, or for its last day
  imported,  ///< by every organisation: it goes soon
  held,
  overdue,  ///< past its last day, and a day's grace
};
inline constexpr Class classes[] = {Class::waiting, Class::imported, Class::held, Class::overdue};
std::string_view word_of(Class what);

struct Standing {
  storage::Departure departure;
  crypto::Date goes;      ///< the first day on which it may go, its hold counted in
  crypto::Date last_day;  ///< the day on which it must go at the latest, its hold counted in
  Class what;
};

/// What is known of an epoch for reckoning its day: its receipts are verified against what was logged of it.
/// Nothing when the log does not say when and in which week it was begun.
std::optional<storage::EpochFacts> facts_of(const Evidence& evidence, const crypto::EpochId& epoch);

/// Every epoch that has not gone, by the policy in force on the day of the audit, its approved holds; the one
/// that goes first coming first. None without a log, the root key and such a policy.
std::vector<Standing> standings(const Evidence& evidence);

}  // namespace sandyk::audit
