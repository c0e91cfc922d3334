#include "desk/casework/case.h"

#include "desk/casework/incident.h"

namespace sandyk::desk {

using Need = ObjectReader::Need;

tl::expected<Case, Problem> parse_case(const crypto::Json& json, UnknownCodes unknown) {
  return read_object(json, unknown, [](ObjectReader& in) {
    Case one;
    one.id = in.id("id", Need::required);
    one.title = in.text("title", max_title_chars, Need::required);
    one.country = in.code("country", "country");
    one.opened = in.day("opened", Need::required);
    one.retention_class = in.code("retention_class", "retention_class");
    one.review_due = in.day("review_due");
    const std::string state = in.text("state", max_id_size);
    if (!state.empty() && state != "open" && state != "closed") in.refuse("state", "neither open nor closed");
    one.is_closed = state == "closed";
    one.closed = in.day("closed");
    one.fictional = in.flag("fictional").value_or(false);
    return one;
  });
}

crypto::Json write_case(const Case& one) {
  crypto::Json out = {{"id", one.id}, {"title", one.title}};
  if (!one.country.empty()) out["country"] = one.country;
  if (one.opened) out["opened"] = one.opened->text();
  if (!one.retention_class.empty()) out["retention_class"] = one.retention_class;
  if (one.review_due) out["review_due"] = one.review_due->text();
  out["state"] = one.is_closed ? "closed" : "open";
  if (one.closed) out["closed"] = one.closed->text();
  if (one.fictional) out["fictional"] = true;
  return out;
}

}  // namespace sandyk::desk
