// Members of a JSON object of casework by their types, limits first. What is wrong is kept as one sentence
// that names the place; whoever reads goes on to the end and looks at it then.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/json.h"
#include "desk/casework/partial_date.h"
#include "desk/problem.h"

namespace sandyk::desk {

/// Codes that the vocabulary does not know: refused in what staff type, kept in what is stored (a newer
/// vocabulary may have written it).
enum class UnknownCodes { refused, kept };

inline constexpr std::size_t most_entries = 64;     ///< of a list
inline constexpr std::size_t most_ids = 1000;       ///< of a list of ids
inline constexpr std::size_t max_id_size = 64;      ///< of incidents, entities, reports
inline constexpr std::size_t max_line_chars = 400;  ///< where the vocabulary sets no limit
inline constexpr std::size_t max_object_size = 256 * 1024;

/// 1 to 64 of A-Z, a-z, 0-9, '.', '_', '-'; a letter or digit first.
bool is_case_id(std::string_view text);

class ObjectReader {
 public:
  /// `object` must outlive this.
  ObjectReader(const crypto::Json& object, UnknownCodes unknown)
      : ObjectReader(object, unknown, "", nullptr) {}

  enum class Need { optional, required };

  // Absent members give empty values; texts are made harmless (report/text.h).
  std::string text(std::string_view name, std::size_t max_chars, Need need = Need::optional);
  std::string id(std::string_view name, Need need = Need::optional);
  std::string code(std::string_view name, std::string_view list, Need need = Need::optional);
  std::vector<std::string> codes(std::string_view name, std::string_view list, Need need = Need::optional);
  std::vector<std::string> texts(std::string_view name, std::size_t max_chars);
  std::vector<std::string> ids(std::string_view name);
  std::optional<bool> flag(std::string_view name);
  std::optional<double> number(std::string_view name, double most);
  std::optional<PartialDate> date(std::string_view name, Need need = Need::optional);
  /// One that names a day.
  std::optional<PartialDate> day(std::string_view name, Need need = Need::optional);

  /// The member as `read(ObjectReader&)` reads it; nothing when it is absent.
  template <typename Read>
  auto object(std::string_view name, Read read)
      -> std::optional<decltype(read(std::declval<ObjectReader&>()))> {
    const crypto::Json* found = member(name);
    if (found == nullptr) return std::nullopt;
    ObjectReader inner(*found, unknown_, place(name) + ".", fault_);
    auto value = read(inner);
    inner.finish();
    return value;
  }
  /// The entries of a list of objects.
  template <typename Read>
  auto list(std::string_view name, Read read) -> std::vector<decltype(read(std::declval<ObjectReader&>()))> {
    std::vector<decltype(read(std::declval<ObjectReader&>()))> values;
    const crypto::Json* found = array(name, most_entries);
    for (std::size_t i = 0; found != nullptr && i < found->size(); ++i) {
      ObjectReader inner((*found)[i], unknown_, place(name) + "[" + std::to_string(i) + "].", fault_);
      values.push_back(read(inner));
      inner.finish();
    }
    return values;
  }

  /// Says what is wrong with a member; the first that is said stays.
  void refuse(std::string_view name, std::string_view why);
  /// Refuses members that nobody asked for.
  void finish();
  /// The first thing that was wrong.
  const std::string& fault() const { return *fault_; }

 private:
  ObjectReader(const crypto::Json& object, UnknownCodes unknown, std::string where, std::string* fault);

  std::string place(std::string_view name) const { return where_ + std::string(name); }
  /// Null, with a fault where it is not to be, when absent or an empty value.
  const crypto::Json* member(std::string_view name, Need need = Need::optional);
  const crypto::Json* array(std::string_view name, std::size_t most, Need need = Need::optional);
  std::string string_of(const crypto::Json& value, std::string_view name, std::size_t max_chars);
  std::string id_of(const crypto::Json& value, std::string_view name);
  std::string code_of(const crypto::Json& value, std::string_view name, std::string_view list);

  const crypto::Json& object_;
  UnknownCodes unknown_;
  std::string where_;
  std::string own_fault_;
  std::string* fault_;
  std::set<std::string, std::less<>> asked_;
};

/// Reads one object of casework whole: `read` takes its members.
template <typename Read>
auto read_object(const crypto::Json& json, UnknownCodes unknown, Read read)
    -> tl::expected<decltype(read(std::declval<ObjectReader&>())), Problem> {
  ObjectReader reader(json, unknown);
  auto value = read(reader);
  reader.finish();
  if (!reader.fault().empty()) return problem(reader.fault(), crypto::exit_usage);
  return value;
}

}  // namespace sandyk::desk
