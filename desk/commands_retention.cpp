#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "desk/case_opening.h"
#include "desk/casework/retention.h"
#include "desk/command_options.h"
#include "desk/commands.h"

namespace sandyk::desk {
namespace {

using crypto::exit_usage;
using Names = std::vector<std::string>;

int exit_of(const tl::expected<void, Problem>& done) {
  return done ? crypto::exit_done : report_problem(done.error());
}

// --- the policy -------------------------------------------------------------------------------------

struct PolicyOptions : Common {
  std::filesystem::path out, draft;
  std::string owner = "the desk", not_before, review_by;
  Names days, one_person, officers;
};

/// `triage_rejected=7`.
tl::expected<void, Problem> set_days(DeskPolicy& policy, const std::string& option) {
  const std::size_t sign = option.find('=');
  const auto found = policy.classes.find(option.substr(0, sign));
  unsigned days = 0;
  const bool is_number = sign != std::string::npos && sign + 1 < option.size() && option.size() - sign <= 6 &&
                         option.find_first_not_of("0123456789", sign + 1) == std::string::npos;
  if (is_number) days = static_cast<unsigned>(std::stoul(option.substr(sign + 1)));
  if (found == policy.classes.end() || days < 1 || days > max_keep_days_at_desk)
    return problem(fmt::format("--days takes a class and 1 to {} days, such as triage_rejected=7. Classes: "
                               "intake_unread, triage_rejected, open_case, closed_case, legal_hold.",
                               max_keep_days_at_desk),
                   exit_usage);
  found->second.days = days;
  return {};
}

tl::expected<DeskPolicy, Problem> draft_of(const PolicyOptions& o) {
  const auto today = crypto::Date::today();
  const auto not_before = o.not_before.empty() ? today : date_option("not-before", o.not_before);
  if (!not_before) return tl::unexpected(not_before.error());
  const auto review_by =
      o.review_by.empty() ? today + std::chrono::days(365) : date_option("review-by", o.review_by);
  if (!review_by) return tl::unexpected(review_by.error());
  DeskPolicy policy{std::string(16, '0'), 0, *not_before, *review_by, o.owner, {}, suggested_classes()};
  for (const std::string& option : o.days)
    if (auto done = set_days(policy, option); !done) return tl::unexpected(done.error());
  for (auto& [name, terms] : policy.classes)
    terms.approvals =
        std::ranges::find(o.one_person, name) != o.one_person.end() || name == "triage_rejected" ? 1 : 2;
  for (const std::string& line : o.officers) {
    const auto key = crypto::VerifyKey::parse(line);
    if (!key) return problem("--officer takes the second line of a minisign .pub file.", exit_usage);
    policy.officers.push_back(*key);
  }
  return policy;
}

void print_policy(const DeskPolicy& policy) {
  fmt::print("In force from {}, looked at again by {}. Who answers for it: {}.\n", policy.not_before.text(),
             policy.review_by.text(), policy.owner);
  for (const auto& [name, terms] : policy.classes)
    fmt::print("  {}: {} after {} days{}\n", name, terms.is_review ? "looked at again" : "destroyed",
               terms.days,
               terms.is_review        ? ""
               : terms.approvals == 1 ? ", one person decides"
                                      : ", two people decide");
}

tl::expected<void, Problem> draft(const PolicyOptions& o) {
  const auto policy = draft_of(o);
  if (!policy) return tl::unexpected(policy.error());
  if (auto done = put(o.out, crypto::bytes_of(write_desk_policy(*policy)), crypto::NewFile::Replace::yes);
      !done)
    return done;
  fmt::print("{}: a draft, not signed. Edit it as you like, then: sandyk-desk retention policy sign {}\n",
             o.out.string(), o.out.string());
  print_policy(*policy);
  return {};
}

tl::expected<void, Problem> sign_policy_draft(const PolicyOptions& o) {
  const Home home(o.home);
  const auto file = sign_desk_policy(home, o.draft, o.passphrases);
  if (!file) return tl::unexpected(file.error());
  fmt::print("{}: signed with the organisation's key.\n", file->string());
  return {};
}

void add_policy_commands(CLI::App& retention, int& exit) {
  auto* group =
      retention.add_subcommand("policy", "How long the desk keeps what, signed with the organisation's key");
  group->require_subcommand(1);
  auto o = std::make_shared<PolicyOptions>();
  auto* fresh = group->add_subcommand(
      "new", "Draft a policy, with what the vocabulary suggests where nothing is given");
  fresh->add_option("--out", o->out, "The draft to write, such as desk-policy.json")->required();
  fresh->add_option("--days", o->days, "CLASS=DAYS, such as closed_case=365; may be repeated");
  fresh->add_option(
      "--one-person", o->one_person,
      "A class whose due reports one person may destroy, such as intake_unread (triage_rejected is one)");
  fresh->add_option(
      "--officer", o->officers,
      "The minisign public key of somebody who may approve orders; the organisation's own may too");
  fresh->add_option("--owner", o->owner, "Who answers for it: a role")->capture_default_str();
  fresh->add_option("--not-before", o->not_before, "The first day in force (default: today)");
  fresh->add_option("--review-by", o->review_by, "The day by which to look at it again (default: in a year)");
  fresh->callback([o, &exit] { exit = exit_of(draft(*o)); });
  auto* sign = group->add_subcommand("sign", "Sign a draft as the desk's next policy");
  add_common(sign, *o);
  sign->add_option("draft", o->draft, "The file that `policy new` made")->required();
  sign->callback([o, &exit] { exit = exit_of(sign_policy_draft(*o)); });
}

// --- what is due ------------------------------------------------------------------------------------

tl::expected<void, Problem> list(const Common& o) {
  const auto policy = desk_policy_of(Home(o.home), crypto::Date::today());
  if (!policy) return tl::unexpected(policy.error());
  const auto orders = orders_of(Home(o.home));
  if (!orders) return tl::unexpected(orders.error());
  auto file = open_case(o.home, o.passphrases);
  if (!file) return tl::unexpected(file.error());
  Casework casework(*file, crypto::Date::today());
  const auto lists = retention_lists(casework, *policy);
  if (!lists) return tl::unexpected(lists.error());
  if (!*policy)
    fmt::print("The desk has no policy in force: nothing is due. `sandyk-desk retention policy new`.\n");
  const auto print = [](const char* word, const Kept& kept) {
    fmt::print("{} {} {} report {} {}: {}\n", word, kept.due->text(), kept.retention_class, kept.n, kept.id,
               kept.is_review       ? "look at it again"
               : kept.approvals > 1 ? "two people destroy it"
                                    : "one person destroys it");
  };
  for (const Kept& kept : lists->overdue) print("overdue", kept);
  for (const Kept& kept : lists->due) print("due", kept);
  for (const Held& held : lists->held)
    fmt::print("held until {} report {} {}: {}, looked at again by {}\n", held.until.text(), held.n, held.id,
               held.reason, held.review_by.text());
  for (const Order& order : *orders)
    fmt::print("order {} waits: {} {} reports, {}; {} of 2 approvals\n", order.id, order.act,
               order.reports.size(), order.reason, order.signed_by.size());
  fmt::print("{} overdue, {} due within a week, {} held.\n", lists->overdue.size(), lists->due.size(),
             lists->held.size());
  return {};
}

tl::expected<void, Problem> destroy_due(const Common& o) {
  const auto policy = desk_policy_of(Home(o.home), crypto::Date::today());
  if (!policy) return tl::unexpected(policy.error());
  auto file = open_case(o.home, o.passphrases);
  if (!file) return tl::unexpected(file.error());
  Casework casework(*file, crypto::Date::today());
  const auto lists = retention_lists(casework, *policy);
  if (!lists) return tl::unexpected(lists.error());
  std::vector<std::int64_t> alone;
  std::size_t left = 0;
  for (const Kept& kept : lists->overdue)
    if (!kept.is_review && kept.approvals == 1)
      alone.push_back(kept.n);
    else
      ++left;
  const auto done = destroy_overdue(casework, *policy, alone);
  if (!done) return tl::unexpected(done.error());
  fmt::print(
      "{} reports destroyed, each with its key. {} that are overdue need a look, or an order of two "
      "people.\n",
      *done, left);
  return {};
}

// --- orders -----------------------------------------------------------------------------------------

struct OrderOptions : Common {
  std::string id, reason, until, review_by;
  Names reports;
  std::filesystem::path key;
};

tl::expected<void, Problem> make_order(const OrderOptions& o, const std::string& act) {
  const Home home(o.home);
  const auto key = organisation_key(home);
  if (!key) return tl::unexpected(key.error());
  Order order{key->site(), {}, act, o.reason, {}, {}, {}, {}};
  for (const std::string& text : o.reports) {
    const auto id = crypto::ReportId::parse(text);
    if (!id) return problem(fmt::format("{} is not the id of a report: 64 hex digits.", text), exit_usage);
    order.reports.push_back(*id);
  }
  if (act == "hold") {
    const auto until = date_option("until", o.until), review_by = date_option("review-by", o.review_by);
    if (!until) return tl::unexpected(until.error());
    if (!review_by) return tl::unexpected(review_by.error());
    order.until = *until;
    order.review_by = *review_by;
  }
  const auto made = put_order(home, std::move(order));
  if (!made) return tl::unexpected(made.error());
  fmt::print(
      "Order {}: {} {} reports. Two people approve it, each with a key of their own, then it is carried "
      "out:\n"
      "  sandyk-desk retention sign {}\n  sandyk-desk retention carry-out {}\n",
      made->id, act, made->reports.size(), made->id, made->id);
  return {};
}

tl::expected<void, Problem> sign(const OrderOptions& o) {
  const Home home(o.home);
  const auto order = read_order(home, o.id);
  if (!order) return tl::unexpected(order.error());
  fmt::print("{}", order->approvable().text);  // what the signature will stand for
  const auto left = sign_order(home, o.id, {home, o.key, o.passphrases});
  if (!left) return tl::unexpected(left.error());
  fmt::print("Approved; approvals still needed: {}\n", *left);
  return {};
}

tl::expected<void, Problem> carry(const OrderOptions& o) {
  const Home home(o.home);
  const auto order = read_order(home, o.id);
  if (!order) return tl::unexpected(order.error());
  const auto policy = desk_policy_of(home, crypto::Date::today());
  if (!policy) return tl::unexpected(policy.error());
  if (!*policy)
    return problem("The desk has no policy in force that says who may approve: `retention policy new`.");
  const auto key = organisation_key(home);
  if (!key) return tl::unexpected(key.error());
  auto file = open_case(o.home, o.passphrases);
  if (!file) return tl::unexpected(file.error());
  Casework casework(*file, crypto::Date::today());
  const auto done = carry_out(casework, **policy, *key, *order);
  if (!done) return tl::unexpected(done.error());
  if (auto gone = remove_order(home, o.id); !gone) return gone;
  fmt::print("Order {} carried out: {} {} reports.\n", o.id, order->act, *done);
  return {};
}

void add_order(CLI::App& retention, int& exit, const std::string& act, const std::string& meaning) {
  auto* command = retention.add_subcommand(act, meaning);
  auto o = std::make_shared<OrderOptions>();
  command->add_option("--home", o->home, "The desk's folder")->capture_default_str();
  command->add_option("--report", o->reports, "A report by its id, 64 hex digits; may be repeated")
      ->required();
  command->add_option("--reason", o->reason, "Why, as a code: more would tell more than anybody needs")
      ->required()
      ->check(CLI::IsMember(Names(std::begin(order_reasons), std::end(order_reasons))));
  if (act == "hold") {
    command->add_option("--until", o->until, "The last day of the hold, such as 2027-06-30")->required();
    command->add_option("--review-by", o->review_by, "The day by which to ask whether it still must be")
        ->required();
  }
  command->callback([o, act, &exit] { exit = exit_of(make_order(*o, act)); });
}

void add_order_commands(CLI::App& retention, int& exit) {
  add_order(retention, exit, "hold", "Order that reports are kept, whatever their term");
  add_order(retention, exit, "release", "Order that held reports are let go again");
  add_order(retention, exit, "destroy", "Order that reports are destroyed: overdue, or before their time");
  auto o = std::make_shared<OrderOptions>();
  auto* approve =
      retention.add_subcommand("sign", "Approve an order with the desk key, or a minisign key of your own");
  add_common(approve, *o);
  approve->add_option("order", o->id, "The order's id, 16 hex digits")->required();
  approve->add_option("--key", o->key, "A minisign secret key, instead of the home's desk.key");
  approve->callback([o, &exit] { exit = exit_of(sign(*o)); });
  auto* done = retention.add_subcommand("carry-out", "Do what an order says, once two people approved it");
  add_common(done, *o);
  done->add_option("order", o->id, "The order's id, 16 hex digits")->required();
  done->callback([o, &exit] { exit = exit_of(carry(*o)); });
}

}  // namespace

void add_retention(CLI::App& app, int& exit) {
  auto* retention =
      app.add_subcommand("retention", "How long the desk keeps reports: what is due, held, destroyed");
  retention->require_subcommand(1);
  retention->footer(
      "Once, with the organisation's key:\n"
      "  sandyk-desk retention policy new --out desk-policy.json --officer \"$(tail -1 second.pub)\"\n"
      "  sandyk-desk retention policy sign desk-policy.json\n"
      "Then, every week:\n"
      "  sandyk-desk retention list\n"
      "  sandyk-desk retention destroy-due            what one person may destroy\n"
      "For all else two people approve an order:\n"
      "  sandyk-desk retention hold --report ID --reason court --until 2027-06-30 --review-by 2027-01-31\n"
      "  sandyk-desk retention sign ORDER             by each of the two\n"
      "  sandyk-desk retention carry-out ORDER\n"
      "Destroying a report destroys its key: no backup opens it again. A tombstone stays: id, class, day, "
      "why, who.");
  add_policy_commands(*retention, exit);
  auto o = std::make_shared<Common>();
  auto* due =
      retention->add_subcommand("list", "What is overdue, due within a week, and held; orders that wait");
  add_common(due, *o);
  due->callback([o, &exit] { exit = exit_of(list(*o)); });
  auto* alone =
      retention->add_subcommand("destroy-due", "Destroy what is overdue and one person may destroy");
  add_common(alone, *o);
  alone->callback([o, &exit] { exit = exit_of(destroy_due(*o)); });
  add_order_commands(*retention, exit);
}

}  // namespace sandyk::desk
