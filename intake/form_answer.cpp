#include "intake/form_answer.h"

#include "crypto/seal/json.h"
#include "reporter/page/page.h"

namespace sandyk::intake {
namespace {

constexpr int created = 201;
constexpr std::size_t short_hash = 16;
constexpr std::size_t max_error = 4096;

/// Of an answer that we wrote ourselves.
std::string code_of(const Answer& answer) {
  if (answer.status == created) return "stored";
  const auto json = crypto::parse_json(crypto::bytes_of(answer.body), max_error);
  return json ? crypto::text_member(*json, "error").value_or("") : std::string();
}

}  // namespace

Answer form_answer(const Answer& answer, const std::optional<crypto::ReportId>& stored) {
  std::string page =
      "<!doctype html>\n<html lang=\"ru\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Sandyk</title>\n"
      "</head>\n<body>\n<main>\n<h1>Sandyk</h1>\n";
  for (const auto& [language, sentence] : page::form_sentences(code_of(answer)))
    page.append("<p lang=\"").append(language).append("\">").append(sentence).append("</p>\n");
  if (stored && answer.status == created)
    page += "<p><code>" + stored->hex().substr(0, short_hash) + "</code></p>\n";
  page +=
      "<p><a href=\"/\" lang=\"ru\">Русский</a> <a href=\"/ky/\" lang=\"ky\">Кыргызча</a> "
      "<a href=\"/en/\" lang=\"en\">English</a></p>\n</main>\n</body>\n</html>\n";
  Answer out = answer;
  out.type = "text/html; charset=utf-8";
  out.body = std::move(page);
  return out;
}

}  // namespace sandyk::intake
