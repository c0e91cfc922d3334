#include "audit/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace sandyk::audit {
namespace {

constexpr std::size_t most_failures = 20;

}  // namespace

std::string_view word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return "holds";
    case Verdict::fails:
      return "FAILS";
    case Verdict::not_checked:
      return "not checked";
  }
  std::abort();
}

Verdict Check::verdict() const {
  if (!failures.empty()) return Verdict::fails;
  return is_checked ? Verdict::holds : Verdict::not_checked;
}

void Check::fail(std::string_view sentence) {
  std::string clean(sentence);
  std::replace_if(
      clean.begin(), clean.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  failures.push_back(std::move(clean));
}

Check not_checked(std::string_view what, std::string_view why) {
  return Check{std::string(what), std::string(why), {}, false};
}

std::vector<std::string> readable_failures(const Check& check) {
  if (check.failures.size() <= most_failures) return check.failures;
  std::vector<std::string> first(check.failures.begin(), check.failures.begin() + most_failures);
  first.push_back(fmt::format("and {} more", check.failures.size() - most_failures));
  return first;
}

std::string text_of(const Check& check) {
  std::string text = fmt::format("{:<11}  {} ({})\n", word_of(check.verdict()), check.what, check.looked_at);
  for (const std::string& failure : readable_failures(check))
    text += fmt::format("             {}\n", failure);
  return text;
}

std::string count(std::size_t n, std::string_view noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

}  // namespace sandyk::audit
