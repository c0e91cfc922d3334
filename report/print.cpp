#include "report/print.h"

#include <fmt/format.h>

#include "report/text.h"
#include "report/vocabulary.h"

namespace sandyk::report {
namespace {

/// Lines after the first are set in, so that no text can pass for the label of another field.
std::string indented(const std::string& text) {
  std::string out;
  for (const char c : harmless(text)) {
    out += c;
    if (c == '\n') out += "  ";
  }
  return out;
}

std::string label_of_code(std::string_view list, const std::string& code, std::string_view lang) {
  const Code* known = Vocabulary::built_in().find_code(list, code);
  return known == nullptr ? indented(code) : known->label.in(lang);
}

std::string codes_line(const Document& document, const Field& field, std::string_view lang) {
  std::string line;
  for (const std::string& code : document.codes(field.code)) {
    if (!line.empty()) line += "; ";
    line += label_of_code(field.list, code, lang);
  }
  return line;
}

std::string attachment_lines(const Document& document, std::string_view lang) {
  std::string lines;
  for (const Attachment& a : document.attachments())
    lines += fmt::format("\n  {}: {}, {}, {} B, SHA-256 {}", a.id,
                         label_of_code("evidence_kind", a.evidence_kind, lang), indented(a.media_type),
                         a.size, a.sha256.hex());
  return lines;
}

std::string value_of(const Document& document, const Field& field, std::string_view lang) {
  switch (field.type) {
    case FieldType::line:
      return indented(document.text(field.code).value_or(""));
    case FieldType::text:
      return "\n  " + indented(document.text(field.code).value_or(""));
    case FieldType::code:
    case FieldType::codes:
      return codes_line(document, field, lang);
    case FieldType::files:
      return attachment_lines(document, lang);
  }
  std::abort();
}

/// Many labels are questions, and need no colon; a value that begins on a line of its own needs no space.
std::string line_of(const std::string& label, const std::string& value) {
  return fmt::format("{}{}{}{}\n", label, label.ends_with('?') ? "" : ":", value.starts_with('\n') ? "" : " ",
                     value);
}

}  // namespace

std::string to_text(const Document& document, std::string_view lang) {
  const Vocabulary& vocabulary = Vocabulary::built_in();
  std::string out;
  for (const Field& field : vocabulary.report_fields())
    if (document.json().contains(field.code))
      out += line_of(field.label.in(lang), value_of(document, field, lang));
  for (const auto& [name, value] : document.json().items())
    if (vocabulary.report_field(name) == nullptr)
      out += fmt::format("[{}]: {}\n", indented(name), indented(value.dump()));
  return out;
}

}  // namespace sandyk::report
