#include "desk/casework/consent.h"

#include <algorithm>

#include "report/vocabulary.h"

namespace sandyk::desk {
namespace {

constexpr std::string_view desk_only = "desk_only";

bool has(const Consent& consent, std::string_view use) {
  return std::ranges::find(consent, use) != consent.end();
}

}  // namespace

bool allows(const Consent& consent, std::string_view use) {
  return use != desk_only && !has(consent, desk_only) && has(consent, use);
}

Consent strictest(std::span<const Consent> of_reports) {
  Consent common;
  // A use that this vocabulary does not know is nothing that anybody here could keep to: it is left out.
  for (const auto& use : report::Vocabulary::built_in().codes("consent")) {
    const bool is_allowed = !of_reports.empty() && std::ranges::all_of(of_reports, [&](const Consent& one) {
      return allows(one, use.code);
    });
    if (is_allowed) common.push_back(use.code);
  }
  if (common.empty()) common.emplace_back(desk_only);
  return common;
}

bool is_within(const Consent& inner, const Consent& outer) {
  return std::ranges::all_of(inner,
                             [&](const std::string& use) { return use == desk_only || allows(outer, use); });
}

}  // namespace sandyk::desk
