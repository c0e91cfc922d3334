#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <memory>

#include "crypto/seal/json_members.h"
#include "desk/approving.h"
#include "desk/command_options.h"
#include "desk/commands.h"
#include "desk/hold_file.h"
#include "desk/policy_draft.h"
#include "desk/policy_signing.h"
#include "desk/policy_text.h"
#include "desk/site_record.h"

namespace sandyk::desk {
namespace {

using crypto::exit_done;
using crypto::exit_usage;

int exit_of(const tl::expected<void, Problem>& done) {
  return done ? exit_done : report_problem(done.error());
}

struct DraftOptions {
  std::string home = "sandyk-desk";
  std::filesystem::path out;
  std::map<std::string, std::vector<std::string>> given;
  bool takes_defaults = false;
};

tl::expected<void, Problem> draft(const DraftOptions& o) {
  Answers answers;
  for (const auto& [name, values] : o.given)
    if (!values.empty()) answers[name] = fmt::format("{}", fmt::join(values, ","));
  const auto policy = draft_policy(Home(o.home), std::move(answers), !o.takes_defaults);
  if (!policy) return tl::unexpected(policy.error());
  if (auto done = put(o.out, crypto::bytes_of(crypto::write_policy(*policy)), crypto::NewFile::Replace::yes);
      !done)
    return done;
  fmt::print(
      "{}: a draft, not signed.\n{}Sign it where the root key is: sandyk-desk policy sign {} --home {}\n",
      o.out.string(), in_words(policy->unread), o.out.string(), o.home);
  return {};
}

void add_draft(CLI::App& policy, int& exit) {
  auto* command = policy.add_subcommand(
      "new",
      "Draft a policy: plain questions, with what each answer means and a proposal. Each has an option too");
  auto o = std::make_shared<DraftOptions>();
  command->add_option("--home", o->home, "The folder of the root key and of earlier policies")
      ->capture_default_str();
  command->add_option("--out", o->out, "The draft to write, such as policy.json")->required();
  command->add_flag("--defaults", o->takes_defaults,
                    "Ask nothing: take the proposals where no option is given");
  for (const PolicyQuestion& question : policy_questions()) {
    auto* option = command->add_option("--" + question.name, o->given[question.name], question.meaning);
    option->expected(1);
    if (question.name == "officer") option->take_all()->description(question.meaning + " May be repeated");
  }
  command->callback([o, &exit] { exit = exit_of(draft(*o)); });
}

struct PolicySignOptions : Common {
  PolicyRequest request;
};

tl::expected<void, Problem> sign(const PolicySignOptions& o) {
  const auto made = sign_policy(Home(o.home), o.request, o.passphrases);
  if (!made) return tl::unexpected(made.error());
  const auto& policy = made->policy.content();
  fmt::print("{}: policy {} signed for the site {}, in force from {}.\n", made->file.string(), policy.serial,
             policy.site, policy.not_before.text());
  fmt::print("What is different from the one before:\n{}{}",
             changes(made->previous ? &made->previous->content() : nullptr, policy), in_words(policy.unread));
  for (const std::string& warning : made->warnings) fmt::print("Mind: {}\n", warning);
  fmt::print("Carry it with its .minisig to the server: sandyk-intake install {}\n", made->file.string());
  return {};
}

void add_sign(CLI::App& policy, int& exit) {
  auto* command = policy.add_subcommand("sign",
                                        "Sign a draft with the root key, as the next policy of the site. "
                                        "Holds stay until they are over, and need the "
                                        "approval of two people");
  auto o = std::make_shared<PolicySignOptions>();
  add_common(command, *o);
  command->add_option("draft", o->request.draft, "The file that `policy new` made; edit it as you like")
      ->required();
  command->add_option("--hold", o->request.holds,
                      "A hold that two people approved (`hold sign`); may be repeated");
  command->add_option("--lift", o->request.lifted, "The id of a hold that ends now; may be repeated");
  command->callback([o, &exit] { exit = exit_of(sign(*o)); });
}

struct HoldOptions {
  std::string home = "sandyk-desk", root_key, site, id, reason, until, review_by;
  std::vector<std::string> epochs;
  std::filesystem::path out;
};

tl::expected<std::string, Problem> site_of(const HoldOptions& o) {
  if (o.site.empty()) {
    const auto root = root_key_of(Home(o.home), o.root_key);
    if (!root) return tl::unexpected(root.error());
    return root->site();
  }
  if (!crypto::is_site(o.site)) return problem("--site takes a site's 16 hex digits.", exit_usage);
  return o.site;
}

tl::expected<void, Problem> make_hold(const HoldOptions& o) {
  auto site = site_of(o);
  if (!site) return tl::unexpected(site.error());
  const auto until = date_option("until", o.until);
  if (!until) return tl::unexpected(until.error());
  const auto review_by = date_option("review-by", o.review_by);
  if (!review_by) return tl::unexpected(review_by.error());
  HoldFile file{std::move(*site), {o.id, {}, o.reason, *until, *review_by, {}}};
  for (const std::string& text : o.epochs) {
    const auto epoch = crypto::EpochId::parse(text);
    if (!epoch) return problem(fmt::format("{} is not the id of an epoch: 32 hex digits.", text), exit_usage);
    file.hold.epochs.push_back(*epoch);
  }
  if (auto done = settle_hold(file.hold, crypto::Date::today()); !done) return done;
  if (auto done = put(o.out, crypto::bytes_of(write_hold_file(file))); !done) return done;
  fmt::print("{}: hold {} of {} epochs. Two people approve it: sandyk-desk hold sign {}\n", o.out.string(),
             file.hold.id, file.hold.epochs.size(), o.out.string());
  return {};
}

void add_new_hold(CLI::App& hold, int& exit) {
  auto* command = hold.add_subcommand("new", "Ask that epochs are not deleted for a while");
  auto o = std::make_shared<HoldOptions>();
  command->add_option("--epoch", o->epochs, "An epoch to keep, by its id; may be repeated")->required();
  command->add_option("--reason", o->reason, "Why, as a code: more would tell more than anybody needs")
      ->required()
      ->check(
          CLI::IsMember(std::vector<std::string>(crypto::hold_reasons.begin(), crypto::hold_reasons.end())));
  command->add_option("--until", o->until, "The last day of the hold, such as 2027-06-30")->required();
  command->add_option("--review-by", o->review_by, "The day by which to ask whether it still must be")
      ->required();
  command->add_option("--site", o->site, "The site, 16 hex digits (default: that of the root key)");
  add_root_key(command, o->root_key);
  command->add_option("--home", o->home, "The desk's folder, where root.pub may be")->capture_default_str();
  command->add_option("--id", o->id, "Its name: a-z, 0-9 and '-' (default: at random)");
  command->add_option("--out", o->out, "The file to make, such as hold.json")->required();
  command->callback([o, &exit] { exit = exit_of(make_hold(*o)); });
}

struct HoldSignOptions : Common {
  std::filesystem::path file, key;
};

tl::expected<void, Problem> sign_hold(const HoldSignOptions& o) {
  auto file = read_hold_file(o.file);
  if (!file) return tl::unexpected(file.error());
  const auto needed =
      add_approval(file->hold.signed_by, file->approvable(), {Home(o.home), o.key, o.passphrases});
  if (!needed) return tl::unexpected(needed.error());
  if (auto done = put(o.file, crypto::bytes_of(write_hold_file(*file)), crypto::NewFile::Replace::yes); !done)
    return done;
  fmt::print("{}: hold {} ({}, {} epochs, until {}) approved; approvals still needed: {}\n", o.file.string(),
             file->hold.id, file->hold.reason, file->hold.epochs.size(), file->hold.until.text(), *needed);
  if (*needed == 0)
    fmt::print("Bring it to the root key: sandyk-desk policy sign DRAFT --hold {}\n", o.file.string());
  return {};
}

}  // namespace

void add_policy(CLI::App& app, int& exit) {
  auto* policy = app.add_subcommand("policy", "How long the server keeps what, signed by the root key");
  policy->require_subcommand(1);
  policy->footer(
      "A policy is drafted, signed with the root key, and carried to the server:\n"
      "  sandyk-desk policy new --home root --out policy.json\n"
      "  sandyk-desk policy sign policy.json --home root");
  add_draft(*policy, exit);
  add_sign(*policy, exit);
}

void add_hold(CLI::App& app, int& exit) {
  auto* hold = app.add_subcommand("hold", "Epochs that must not be deleted yet: two people approve it");
  hold->require_subcommand(1);
  add_new_hold(*hold, exit);
  auto* command =
      hold->add_subcommand("sign", "Approve a hold with the home's desk key, or a minisign key of your own");
  auto o = std::make_shared<HoldSignOptions>();
  add_common(command, *o);
  command->add_option("hold", o->file, "The file that `hold new` made")->required();
  command->add_option("--key", o->key, "A minisign secret key, instead of the home's desk.key");
  command->callback([o, &exit] { exit = exit_of(sign_hold(*o)); });
}

}  // namespace sandyk::desk
