// The checks, each a claim about a site's server that holds or does not. They look at the evidence and at
// nothing else, and open nothing.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "audit/check.h"
#include "audit/evidence.h"

namespace sandyk::audit {

std::vector<Check> check_log(const Evidence& evidence);        ///< it is signed, witnessed, only ever grows
std::vector<Check> check_rules(const Evidence& evidence);      ///< keyrings, policies, holds
std::vector<Check> check_epochs(const Evidence& evidence);     ///< they are what was logged, and all there
std::vector<Check> check_deletions(const Evidence& evidence);  ///< none late, none early, each with its trace
std::vector<Check> check_keys(const Evidence& evidence);       ///< boards, and the organisations' keys

/// All of them, in that order.
std::vector<Check> check_all(const Evidence& evidence);

/// What a check cannot do without.
struct Needs {
  bool log = false;     ///< a log that verifies
  bool root = false;    ///< the root key
  bool folder = false;  ///< what a server does not serve
};
/// The check that was not made, and why; nothing when all is there.
std::optional<Check> without(const Evidence& evidence, Needs needs, std::string_view what);

/// What nobody can check from outside, a sentence each.
extern const std::vector<std::string_view> beyond_any_auditor;

}  // namespace sandyk::audit
