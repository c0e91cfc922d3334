// A hold: what two people ask not to be deleted for a while (docs/formats.md, "policy").
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/seal/approval.h"
#include "crypto/seal/calendar.h"
#include "crypto/seal/ids.h"
#include "crypto/seal/json.h"

namespace sandyk::crypto {

/// The only reasons there are: more would tell more than anybody needs.
inline constexpr std::array<std::string_view, 4> hold_reasons = {"court", "investigation", "safety", "other"};

struct Hold {
  std::string id;               ///< 1 to 32 of a-z, 0-9, '-'
  std::vector<EpochId> epochs;  ///< 1 to 1000, sorted, each once
  std::string reason;           ///< one of `hold_reasons`
  Date until, review_by;        ///< the last day it holds; the day by which to ask whether it still must
  std::vector<Approval> signed_by;
};

/// The exact text that the two people sign, with the mark `until`.
std::string hold_text(std::string_view site, const Hold& hold);

/// Members of a hold, in a policy or a file of its own; up to two approvals, none of them verified. Does not
/// compare its dates.
std::optional<Hold> parse_hold(const Json& entry);
Json write_hold(const Hold& hold);

}  // namespace sandyk::crypto
