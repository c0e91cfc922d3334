// A trust policy that is read: all its witnesses together are always a quorum, and none only if it asks for
// none; one witness more never makes a quorum less; and white space, comments and addresses change nothing.
#include "crypto/seal/trust_policy.h"

#include <cstdlib>

namespace {

using namespace sandyk::crypto;
using Names = TrustPolicy::Names;

/// Each line's words with one space between them, comments and empty lines left out.
std::string plain(std::string_view file) {
  std::string out;
  for (Reader lines(bytes_of(file)); !lines.done();) {
    const std::string_view line = lines.take_line().value();
    std::string words;
    for (const char c : line) {
      if (c != ' ' && c != '\t')
        words += c;
      else if (!words.empty() && words.back() != ' ')
        words += ' ';
    }
    if (words.ends_with(' ')) words.pop_back();
    if (!words.empty() && words[0] != '#') out += words + "\n";
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = text_of(ByteView(data, size));
  const auto policy = TrustPolicy::parse(file);
  if (!policy) {
    if (policy.error().line == 0 || sentence(policy.error().fault).empty()) std::abort();
    return 0;
  }
  if (policy->logs().size() > max_policy_logs || policy->witnesses().size() > max_policy_witnesses)
    std::abort();
  const auto again = TrustPolicy::parse(plain(file));
  if (!again || again->witnesses().size() != policy->witnesses().size()) std::abort();

  Names cosigned;
  bool was_satisfied = policy->is_satisfied(cosigned);
  const bool asks_for_none = plain(file).find("quorum none\n") != std::string::npos;
  if (was_satisfied != asks_for_none) std::abort();
  for (std::size_t i = 0; i < policy->witnesses().size(); ++i) {
    // From an end that the input chooses, so that not only prefixes are tried.
    const std::size_t at = size % 2 == 0 ? i : policy->witnesses().size() - 1 - i;
    cosigned.insert(policy->witnesses()[at].name);
    const bool is_satisfied = policy->is_satisfied(cosigned);
    if (was_satisfied && !is_satisfied) std::abort();
    if (again->is_satisfied(cosigned) != is_satisfied) std::abort();
    was_satisfied = is_satisfied;
  }
  if (!was_satisfied) std::abort();
  return 0;
}
