#include "desk/casework/action.h"

namespace sandyk::desk {

using Need = ObjectReader::Need;

tl::expected<Action, Problem> parse_action(const crypto::Json& json, UnknownCodes unknown) {
  return read_object(json, unknown, [](ObjectReader& in) {
    Action action;
    action.id = in.id("id", Need::required);
    action.date = in.date("date");
    action.type = in.code("type", "case_action", Need::required);
    action.by = in.text("by", max_line_chars);
    action.asks = in.texts("asks", max_line_chars);
    action.covers = in.ids("covers");
    action.case_id = in.id("case_id");
    action.fictional = in.flag("fictional").value_or(false);
    return action;
  });
}

crypto::Json write_action(const Action& action) {
  crypto::Json out = {{"id", action.id}};
  if (action.date) out["date"] = action.date->text();
  out["type"] = action.type;
  if (!action.by.empty()) out["by"] = action.by;
  if (!action.asks.empty()) out["asks"] = action.asks;
  if (!action.covers.empty()) out["covers"] = action.covers;
  if (!action.case_id.empty()) out["case_id"] = action.case_id;
  if (action.fictional) out["fictional"] = true;
  return out;
}

}  // namespace sandyk::desk
