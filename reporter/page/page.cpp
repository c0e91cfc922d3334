#include "reporter/page/page.h"

#include <cstdlib>

#include "crypto/seal/json.h"

namespace sandyk::page {

extern const std::string_view built_ru;
extern const std::string_view built_ky;
extern const std::string_view built_en;

namespace {

constexpr std::string_view slot = "<!--sandyk:site-->";
constexpr std::string_view policy_begin = "<meta http-equiv=\"Content-Security-Policy\" content=\"";

std::string_view built(std::string_view language) {
  if (language == "ru") return built_ru;
  if (language == "ky") return built_ky;
  if (language == "en") return built_en;
  std::abort();
}

/// JSON within HTML: no byte of it ends the element that it stands in.
std::string data_block(const crypto::Json& json) {
  std::string text = "<script type=\"application/json\" id=\"site\">";
  for (const char c : json.dump()) {
    if (c == '<')
      text += "\\u003c";
    else
      text += c;
  }
  return text + "</script>";
}

}  // namespace

std::string make(std::string_view language, const crypto::VerifyKey& root) {
  const std::string_view page = built(language);
  const auto at = page.find(slot);
  if (at == std::string_view::npos) std::abort();
  std::string text(page.substr(0, at));
  text += data_block({{"root_key", root.text()}});
  return text.append(page.substr(at + slot.size()));
}

std::string policy_of(std::string_view page) {
  const auto begin = page.find(policy_begin);
  if (begin == std::string_view::npos) std::abort();
  const auto policy = page.substr(begin + policy_begin.size());
  return std::string(policy.substr(0, policy.find('"')));
}

}  // namespace sandyk::page
