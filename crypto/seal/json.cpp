#include "crypto/seal/json.h"

#include <set>
#include <vector>

namespace sandyk::crypto {
namespace {

constexpr int max_depth = 16;

/// Watches the parser go by, for what it would let through.
class Watch {
 public:
  bool operator()(int depth, Json::parse_event_t event, Json& value) {
    using Event = Json::parse_event_t;
    const bool is_opening = event == Event::object_start || event == Event::array_start;
    if (depth + (is_opening ? 1 : 0) > max_depth) is_acceptable_ = false;
    if (event == Event::object_start) members_.emplace_back();
    if (event == Event::object_end && !members_.empty()) members_.pop_back();
    if (event == Event::key && !members_.empty() && !members_.back().insert(value.get<std::string>()).second)
      is_acceptable_ = false;
    return is_acceptable_;
  }
  bool is_acceptable() const { return is_acceptable_; }

 private:
  std::vector<std::set<std::string>> members_;
  bool is_acceptable_ = true;
};

}  // namespace

std::optional<Json> parse_json(ByteView text, std::size_t max_size) {
  if (text.size() > max_size || text_of(text).starts_with("\xef\xbb\xbf")) return std::nullopt;
  // The library takes a NUL for the end and would not look at what follows.
  if (text_of(text).find('\0') != std::string_view::npos) return std::nullopt;
  Watch watch;
  auto value = Json::parse(text.begin(), text.end(), std::ref(watch), /*allow_exceptions=*/false);
  if (!watch.is_acceptable() || value.is_discarded()) return std::nullopt;
  return value;
}

std::optional<Json> parse_format(ByteView text, std::size_t max_size, std::string_view format) {
  auto value = parse_json(text, max_size);
  if (!value || text_member(*value, "format") != format) return std::nullopt;
  return value;
}

std::optional<std::string> text_member(const Json& object, std::string_view name) {
  if (!object.is_object()) return std::nullopt;
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

std::optional<std::uint64_t> number_member(const Json& object, std::string_view name) {
  if (!object.is_object()) return std::nullopt;
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

std::string write_json(const Json& value) {
  return value.dump(1) + "\n";
}

}  // namespace sandyk::crypto
