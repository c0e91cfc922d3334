#include "desk/screen/coded_json.h"

namespace sandyk::desk {

tl::expected<crypto::Json, Problem> shown(Casework& casework, const Incident& incident) {
  Incident one = incident;
  for (Source& source : one.sources) {
    const auto n = casework.report_number(source.report);
    if (!n) return tl::unexpected(n.error());
    source.report = std::to_string(*n);
  }
  return write_incident(one);
}

}  // namespace sandyk::desk
