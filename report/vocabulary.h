// The one list of fields and codes that form, desk, statistics and dossier share (data/vocabulary.json).
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sandyk::report {

/// A text in the three languages of the vocabulary.
struct Label {
  std::string en, ru, ky;
  /// In `lang` ("en", "ru" or "ky"); English for any other.
  const std::string& in(std::string_view lang) const;
};

enum class FieldType {
  line,   ///< "string": one short text
  text,   ///< "text": a long one
  code,   ///< "code" and "enum": one code of a list
  codes,  ///< "code[]": several
  files,  ///< "file[]": what is said of the attached files
};

/// One field of a report.
struct Field {
  std::string code;
  FieldType type;
  Label label;
  std::size_t max_chars;  ///< code points in a text, or in each code
  std::size_t max_items;  ///< entries in a list
  std::string list;       ///< the code list's name; empty when there is none
};

struct Code {
  std::string code;
  Label label;
};

/// The vocabulary that this program was built with.
class Vocabulary {
 public:
  static const Vocabulary& built_in();

  /// `1.0.0`, for the field `v` of documents that we write.
  const std::string& version() const { return version_; }
  /// The 19 fields in the order in which people read them.
  const std::vector<Field>& report_fields() const { return report_fields_; }
  /// Null when a report has no such field.
  const Field* report_field(std::string_view code) const;
  /// The codes of a list in their order; empty when there is no such list.
  const std::vector<Code>& codes(std::string_view list) const;
  /// Null for a code that this vocabulary does not know (a newer one may).
  const Code* find_code(std::string_view list, std::string_view code) const;
  /// A sentence of the form ("ui_text"). It must exist: asking for another is our mistake.
  const Label& sentence(std::string_view code) const;

 private:
  Vocabulary();

  std::string version_;
  std::vector<Field> report_fields_;
  std::map<std::string, std::vector<Code>, std::less<>> lists_;
  std::map<std::string, Label, std::less<>> sentences_;
};

}  // namespace sandyk::report
