#include "reporter/page/page.h"

#include <algorithm>
#include <cstdlib>

#include "crypto/seal/json.h"
#include "reporter/page/contacts.h"

namespace sandyk::page {

extern const std::string_view built_ru;
extern const std::string_view built_ky;
extern const std::string_view built_en;
extern const std::string_view built_form;  // lines of code, language and sentence, with tabs between

namespace {

constexpr std::string_view slot = "<!--sandyk:site-->";
constexpr std::string_view policy_begin = "<meta http-equiv=\"Content-Security-Policy\" content=\"";

constexpr std::string_view any_server = " https: http://*.onion";

/// Nothing in it ends the directive that it stands in.
bool is_origin(std::string_view text) {
  constexpr std::string_view in_a_host =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]";
  for (const std::string_view scheme : {std::string_view("https://"), std::string_view("http://")})
    if (text.starts_with(scheme) && text.size() > scheme.size())
      return text.find_first_not_of(in_a_host, scheme.size()) == std::string_view::npos;
  return false;
}

std::string_view built(std::string_view language) {
  if (language == "ru") return built_ru;
  if (language == "ky") return built_ky;
  if (language == "en") return built_en;
  std::abort();
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else
      out += c;
  }
  return out;
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

std::string contacts_html(const Contacts& contacts, std::string_view language) {
  std::string html = "<section id=\"contacts\">";
  for (const auto& [of, title] : form_sentences("contacts"))
    if (of == language) html.append("<h2>").append(title).append("</h2>");
  for (const Country& country : contacts.countries) {
    html += "<h3>" + escaped(country.name.find(language)->second) + "</h3><ul>";
    for (const Texts& line : country.lines) html += "<li>" + escaped(line.find(language)->second) + "</li>";
    html += "</ul>";
  }
  return html + "</section>";
}

std::string make(std::string_view language, const crypto::VerifyKey& root, const Contacts* contacts) {
  const std::string_view page = built(language);
  const auto at = page.find(slot);
  if (at == std::string_view::npos) std::abort();
  std::string text(page.substr(0, at));
  if (contacts) text += contacts_html(*contacts, language);
  text += data_block({{"root_key", root.text()}});
  return text.append(page.substr(at + slot.size()));
}

std::string policy_of(std::string_view page, const std::vector<std::string>& origins) {
  const auto begin = page.find(policy_begin);
  if (begin == std::string_view::npos) std::abort();
  const auto policy = page.substr(begin + policy_begin.size());
  std::string text(policy.substr(0, policy.find('"')));
  const auto others = text.find(any_server);
  if (others == std::string::npos) std::abort();
  std::string named;
  for (const std::string& origin : origins)
    if (is_origin(origin)) named += " " + origin;
  return text.replace(others, any_server.size(), named);
}

std::vector<std::pair<std::string_view, std::string_view>> form_sentences(std::string_view code) {
  std::vector<std::pair<std::string_view, std::string_view>> found, other;
  for (auto left = built_form; !left.empty();) {
    const auto line = left.substr(0, left.find('\n'));
    left.remove_prefix(std::min(line.size() + 1, left.size()));
    const auto first = line.find('\t'), second = line.find('\t', first + 1);
    if (second == std::string_view::npos) continue;
    const std::pair sentence(line.substr(first + 1, second - first - 1), line.substr(second + 1));
    if (line.substr(0, first) == code) found.push_back(sentence);
    if (line.substr(0, first) == "other") other.push_back(sentence);
  }
  return found.empty() ? other : found;
}

}  // namespace sandyk::page
