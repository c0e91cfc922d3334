#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>

#include "desk/casework/retention.h"
#include "desk/screen/case_routes.h"
#include "desk/screen/report_list.h"

namespace sandyk::desk {
namespace {

using crypto::Date;
using crypto::Json;

/// Acts that wait for approvals, by the report that they are about.
using Waiting = std::map<std::string, std::string>;

Json write(const DeskPolicy& policy) {
  Json classes = Json::array();
  for (const auto& [name, terms] : policy.classes)
    classes.push_back({{"class", name},
                       {"days", terms.days},
                       {"review", terms.is_review},
                       {"two_people", terms.approvals > 1}});
  return {{"version", policy.serial},
          {"not_before", policy.not_before.text()},
          {"review_by", policy.review_by.text()},
          {"owner", policy.owner},
          {"two_people",
           std::ranges::any_of(policy.classes, [](const auto& one) { return one.second.approvals > 1; })},
          {"classes", std::move(classes)}};
}

/// What the lists have in common: the report's first lines, and what waits for it.
tl::expected<Json, Problem> item(Desk& desk, std::int64_t n, const std::string& id, const Waiting& waiting) {
  Json out = {{"n", n}, {"id", id}};
  const auto row = row_of(desk.file, n);
  if (!row) return tl::unexpected(row.error());
  if (*row) out["first"] = (**row).at("first");
  if (const auto found = waiting.find(id); found != waiting.end()) out["waits"] = found->second;
  return out;
}

tl::expected<Json, Problem> items(Desk& desk, const std::vector<Kept>& kept, const Waiting& waiting) {
  constexpr std::size_t most_shown = 1000;
  Json list = Json::array();
  for (const Kept& one : kept) {
    if (list.size() >= most_shown) break;
    auto out = item(desk, one.n, one.id, waiting);
    if (!out) return out;
    (*out)["class"] = one.retention_class;
    (*out)["due"] = one.due->text();
    (*out)["review"] = one.is_review;
    (*out)["two_people"] = one.approvals > 1;
    list.push_back(std::move(*out));
  }
  return list;
}

tl::expected<Json, Problem> held_items(Desk& desk, const std::vector<Held>& held, const Waiting& waiting) {
  Json list = Json::array();
  for (const Held& one : held) {
    auto out = item(desk, one.n, one.id, waiting);
    if (!out) return out;
    (*out)["class"] = "legal_hold";
    (*out)["reason"] = one.reason;
    (*out)["until"] = one.until.text();
    (*out)["review_by"] = one.review_by.text();
    list.push_back(std::move(*out));
  }
  return list;
}

Answer get_retention(Desk& desk) {
  const auto policy = desk_policy_of(desk.home, Date::today());
  if (!policy) return refuse(policy.error());
  const auto orders = orders_of(desk.home);
  if (!orders) return refuse(orders.error());
  Waiting waiting;
  Json orders_json = Json::array();
  for (const Order& order : *orders) {
    for (const auto& report : order.reports) waiting[report.hex()] = order.act;
    orders_json.push_back({{"id", order.id},
                           {"act", order.act},
                           {"reason", order.reason},
                           {"reports", order.reports.size()},
                           {"approvals", order.signed_by.size()}});
  }
  Casework casework(desk.file, Date::today());
  const auto lists = retention_lists(casework, *policy);
  if (!lists) return refuse(lists.error());
  Json out = Json::object();
  if (*policy) out["policy"] = write(**policy);
  auto due = items(desk, lists->due, waiting), overdue = items(desk, lists->overdue, waiting),
       held = held_items(desk, lists->held, waiting);
  if (!due) return refuse(due.error());
  if (!overdue) return refuse(overdue.error());
  if (!held) return refuse(held.error());
  out["due"] = std::move(*due);
  out["overdue"] = std::move(*overdue);
  out["held"] = std::move(*held);
  out["orders"] = std::move(orders_json);
  return answer(out);
}

/// An order that was approved is carried out; one that was not says how.
Answer carry_out_order(Desk& desk, const DeskPolicy& policy, const crypto::VerifyKey& key,
                       const Order& order) {
  if (order.signed_by.size() < crypto::needed_approvals)
    return answer({{"done", false}, {"order", order.id}, {"approvals", order.signed_by.size()}});
  Casework casework(desk.file, Date::today());
  const auto done = carry_out(casework, policy, key, order);
  if (!done) return refuse(409, done.error().say, {{"order", order.id}});
  if (auto gone = remove_order(desk.home, order.id); !gone) return refuse(gone.error());
  return answer({{"done", true}, {"reports", *done}});
}

tl::expected<Order, Problem> order_of(const Asked& asked, const std::string& act, const std::string& report,
                                      const crypto::VerifyKey& key) {
  const auto id = crypto::ReportId::parse(report);
  if (!id) return problem("There is no such report.", crypto::exit_usage);
  const auto reason = crypto::text_member(asked.body, "reason");
  Order order{key.site(), {}, act, reason.value_or(act == "destroy" ? "retention" : "other"),
              {*id},      {}, {},  {}};
  if (act != "hold") return order;
  const auto until = Date::parse(crypto::text_member(asked.body, "until").value_or(""));
  if (!until || *until <= Date::today())
    return problem("A hold needs its last day, after today, such as 2032-03-01.", crypto::exit_usage);
  order.until = until;
  const auto review_by = Date::parse(crypto::text_member(asked.body, "review_by").value_or(""));
  order.review_by = review_by && *review_by <= *until ? *review_by : *until;
  return order;
}

/// Holds, releases or destroys one report. What one person may not do becomes an order that waits for two
/// keys
/// (`sandyk-desk retention sign`); asked again, it is carried out once both are there.
Answer act_on(const Asked& asked, Desk& desk, const std::string& act) {
  const auto n = crypto::number_member(asked.body, "n");
  if (!n || *n < 1 || *n > INT32_MAX) return refuse(400, "It needs n, the report's number.");
  const auto policy = desk_policy_of(desk.home, Date::today());
  if (!policy) return refuse(policy.error());
  if (!*policy)
    return refuse(
        409, "The desk has no policy in force that says who may approve: sandyk-desk retention policy new.");
  Casework casework(desk.file, Date::today());
  const auto report = static_cast<std::int64_t>(*n);
  const auto kept = retention_of(casework, *policy, report);
  if (!kept) return refuse(kept.error());
  if (act == "destroy" && kept->is_overdue && !kept->is_review && kept->approvals == 1 && !kept->is_held) {
    const std::int64_t one[] = {report};
    const auto done = destroy_overdue(casework, *policy, one);
    return done ? answer({{"done", true}, {"reports", *done}}) : refuse(done.error());
  }
  const auto key = organisation_key(desk.home);
  if (!key) return refuse(key.error());
  const auto orders = orders_of(desk.home);
  if (!orders) return refuse(orders.error());
  for (const Order& order : *orders)
    if (order.act == act && order.reports.size() == 1 && order.reports.front().hex() == kept->id)
      return carry_out_order(desk, **policy, *key, order);
  auto order = order_of(asked, act, kept->id, *key);
  if (!order) return refuse(order.error());
  const auto made = put_order(desk.home, std::move(*order));
  if (!made) return refuse(made.error());
  return carry_out_order(desk, **policy, *key, *made);
}

}  // namespace

/// A policy that does not verify sets no term here; the list of what is due says what is wrong with it.
tl::expected<Json, Problem> shown_retention(Desk& desk, std::int64_t report) {
  const auto policy = desk_policy_of(desk.home, Date::today());
  Casework casework(desk.file, Date::today());
  const auto kept = retention_of(casework, policy.value_or(std::nullopt), report);
  if (!kept) return tl::unexpected(kept.error());
  Json out = {{"class", kept->retention_class}};
  if (kept->due) out["due"] = kept->due->text();
  out["overdue"] = kept->is_overdue;
  out["held"] = kept->is_held;
  return out;
}

void add_retention_routes(Server& server, Desk& desk) {
  server.get("/api/retention", [&desk](const Asked&) { return get_retention(desk); });
  for (const char* act : {"hold", "release", "destroy"})
    server.post(fmt::format("/api/retention/{}", act),
                [&desk, act = std::string(act)](const Asked& asked) { return act_on(asked, desk, act); });
}

}  // namespace sandyk::desk
