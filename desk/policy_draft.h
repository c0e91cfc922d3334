// Drafting a policy: plain questions, each with what its answer means and a proposal.
#pragma once

#include <map>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/policy.h"
#include "desk/home.h"
#include "desk/problem.h"

namespace sandyk::desk {

/// Answers by the name of the question, which is that of its option without the dashes.
using Answers = std::map<std::string, std::string>;

/// One question: `name` and `meaning` also make the help of its option.
struct PolicyQuestion {
  std::string name;
  std::string question;
  std::string meaning;
};
const std::vector<PolicyQuestion>& policy_questions();

/// An unsigned policy for the site of the home's root.pub, going on from the latest one in the home's
/// policy folder. What `answers` lacks is asked on the terminal, or taken as proposed when `is_asking` is
/// false.
[[nodiscard]] tl::expected<crypto::PolicyContent, Problem> draft_policy(const Home& home, Answers answers,
                                                                        bool is_asking);

}  // namespace sandyk::desk
