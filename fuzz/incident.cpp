// What staff or another desk wrote of a case: whatever it is, reading ends, and what was read and written
// again is the same.
#include "desk/casework/incident.h"

#include <cstdlib>

#include "desk/casework/action.h"
#include "desk/casework/case.h"
#include "desk/casework/entity.h"
#include "desk/casework/relation.h"

namespace {

using namespace sandyk;

template <typename Parse, typename Write>
void comes_back(const crypto::Json& json, Parse parse, Write write) {
  for (const auto unknown : {desk::UnknownCodes::refused, desk::UnknownCodes::kept}) {
    const auto one = parse(json, unknown);
    if (!one) {
      if (one.error().say.empty()) std::abort();
      continue;
    }
    const crypto::Json written = write(*one);
    const auto again = parse(written, unknown);
    if (!again || !(*again == *one) || write(*again) != written) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = crypto::parse_json({data, size}, desk::max_object_size);
  if (!json) return 0;
  comes_back(
      *json, [](const auto& text, auto unknown) { return desk::parse_incident(text, unknown); },
      desk::write_incident);
  comes_back(*json, desk::parse_case, desk::write_case);
  comes_back(*json, desk::parse_entity, desk::write_entity);
  comes_back(*json, desk::parse_relation, desk::write_relation);
  comes_back(*json, desk::parse_action, desk::write_action);
  return 0;
}
