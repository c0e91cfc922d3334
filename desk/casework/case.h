// A case: incidents that are looked after together.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "crypto/seal/json.h"
#include "desk/casework/object_reader.h"

namespace sandyk::desk {

struct Case {
  std::string id, title, country;
  std::optional<PartialDate> opened;  ///< a day
  std::string retention_class;
  std::optional<PartialDate> review_due;  ///< a day
  bool is_closed = false;
  std::optional<PartialDate> closed;  ///< the day, when it is
  bool fictional = false;
  bool operator==(const Case&) const = default;
};

[[nodiscard]] tl::expected<Case, Problem> parse_case(const crypto::Json& json, UnknownCodes unknown);
/// Reading it again gives an equal case.
crypto::Json write_case(const Case& one);

}  // namespace sandyk::desk
