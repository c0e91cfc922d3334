// A reporter takes a report back: a rightly signed follow-up of that kind, which a person at the desk must
// act on.
#pragma once

#include <tl/expected.hpp>
#include <vector>

#include "desk/conversation.h"

namespace sandyk::desk {

struct Withdrawal {
  std::int64_t n;  ///< of the report that says so
  crypto::ReportId id;
  crypto::Date imported;
  crypto::ThreadId thread;
  bool is_late;                      ///< its thread was withdrawn before, and this was imported afterwards
  std::vector<HeardReport> reaches;  ///< what is destroyed when it is carried out; itself is the last
};

/// Withdrawals that nobody has carried out yet. One whose signature does not fit is none.
[[nodiscard]] tl::expected<std::vector<Withdrawal>, Problem> withdrawals(CaseFile& file);

/// Destroys the keys and the content of everything the withdrawal of report `n` reaches, and logs each in
/// the custody of the case file. Cut off in between, it is still there to be carried out. Returns how many
/// reports went.
[[nodiscard]] tl::expected<std::size_t, Problem> carry_out_withdrawal(CaseFile& file, std::int64_t n,
                                                                      crypto::Date today);

/// What carrying it out does not reach, one sentence each.
std::vector<std::string_view> not_reached_by_withdrawal();

}  // namespace sandyk::desk
