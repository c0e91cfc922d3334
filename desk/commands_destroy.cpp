#include "desk/commands_destroy.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "crypto/seal/json_members.h"
#include "desk/approving.h"
#include "desk/command_options.h"
#include "desk/consent_file.h"
#include "desk/key_destruction.h"
#include "desk/site_record.h"
#include "desk/terminal.h"

namespace sandyk::desk {
namespace {

using crypto::exit_done;
using crypto::exit_usage;

struct DestroyOptions : Common {
  std::string organisation, week, root_key;
  std::filesystem::path vault, receipts, consent;
  bool is_confirmed = false;
};

void add_week_options(CLI::App* command, DestroyOptions& o) {
  command->add_option("--week", o.week, "The week whose keys go, such as 2026-W48")->required();
  command->add_option("--org", o.organisation, "The organisation (default: the only one of the home)");
  command->add_option("--vault", o.vault, "A fresh export of the vault: it tells which epochs there are")
      ->required();
  command->add_option("--receipts", o.receipts,
                      "More import receipts, besides those of the home and of the export");
  add_root_key(command, o.root_key);
}

struct Destruction {
  DestructionRequest request;
  SiteRecord site;
};

tl::expected<Destruction, Problem> read_request(const DestroyOptions& o) {
  const Home home(o.home);
  auto organisation = the_organisation(home, o.organisation);
  if (!organisation) return tl::unexpected(organisation.error());
  const auto week = week_option("week", o.week);
  if (!week) return tl::unexpected(week.error());
  const auto root = root_key_of(home, o.root_key);
  if (!root) return tl::unexpected(root.error());
  std::vector<std::filesystem::path> receipts;
  if (!o.receipts.empty()) receipts.push_back(o.receipts);
  return Destruction{{home, std::move(*organisation), *week, o.vault, std::move(receipts), o.consent},
                     SiteRecord::read(*root, {home.folder(), o.vault})};
}

/// The week typed on a terminal: nobody destroys another week's keys by a slip.
tl::expected<void, Problem> confirm(const DestroyOptions& o, const std::string& organisation) {
  if (o.is_confirmed) return {};
  const auto terminal = Terminal::open("a confirmation", "--yes");
  if (!terminal) return tl::unexpected(terminal.error());
  const auto typed = terminal->ask(fmt::format(
      "The keys of {} for {} will be destroyed; nothing brings them back. Type the week to go on: ", o.week,
      organisation));
  if (!typed) return tl::unexpected(typed.error());
  if (*typed != o.week) return problem("That is not the week; nothing was destroyed.", exit_usage);
  return {};
}

void print_destroyed(const DestroyOptions& o, const std::filesystem::path& statement) {
  fmt::print(
      "The keys of {} are destroyed: what was sealed to them opens no more with anything in this home.\n",
      o.week);
  fmt::print("Statement: {}\nCarry it with its .minisig to the server: sandyk-intake install {}\n",
             statement.string(), statement.string());
  fmt::print(
      "Now destroy every copy on other media too: in the safe, on sticks, in backups. Flash memory may keep "
      "the "
      "old blocks although they were overwritten; there the passphrase is what protects: give it to "
      "nobody.\n");
}

tl::expected<std::filesystem::path, Problem> destroy(const DestroyOptions& o) {
  const auto wanted = read_request(o);
  if (!wanted) return tl::unexpected(wanted.error());
  auto plan = plan_destruction(wanted->request, wanted->site);
  if (!plan) return tl::unexpected(plan.error());
  const auto passphrase = ask_passphrase(o.passphrases, "the week keys");
  if (!passphrase) return tl::unexpected(passphrase.error());
  const auto desk_key = read_signing_key(wanted->request.home.desk_secret(), *passphrase, "the desk key");
  if (!desk_key) return tl::unexpected(desk_key.error());
  for (const std::string& remark : plan->remarks) fmt::print("{}\n", remark);
  std::fflush(stdout);  // before the terminal is asked
  if (auto sure = confirm(o, wanted->request.organisation); !sure) return tl::unexpected(sure.error());
  return destroy_keys(wanted->request.home, std::move(*plan), *desk_key);
}

struct ConsentOptions : DestroyOptions {
  std::filesystem::path out;
};

tl::expected<void, Problem> make_consent(const ConsentOptions& o) {
  const auto wanted = read_request(o);
  if (!wanted) return tl::unexpected(wanted.error());
  auto missing = epochs_to_give_up(wanted->request, wanted->site);
  if (!missing) return tl::unexpected(missing.error());
  if (missing->empty()) return problem("Every epoch has its receipt: no consent is needed.", exit_usage);
  if (missing->size() > crypto::max_listed_epochs)
    return problem("More than 1000 epochs are not imported: that is no case for giving up.");
  const ConsentFile file{
      wanted->site.site(), wanted->request.organisation, wanted->request.week, {std::move(*missing), {}}};
  if (auto done = put(o.out, crypto::bytes_of(write_consent_file(file))); !done) return done;
  fmt::print(
      "{}: gives up {} epochs that {} has not imported. Two people sign it: sandyk-desk keys destroy-unread "
      "sign "
      "{}\n",
      o.out.string(), file.consent.epochs.size(), file.organisation, o.out.string());
  return {};
}

struct SignOptions : Common {
  std::filesystem::path file, key;
};

tl::expected<void, Problem> sign_consent(const SignOptions& o) {
  auto file = read_consent_file(o.file);
  if (!file) return tl::unexpected(file.error());
  const auto needed =
      add_approval(file->consent.signed_by, file->approvable(), {Home(o.home), o.key, o.passphrases});
  if (!needed) return tl::unexpected(needed.error());
  if (auto done = put(o.file, crypto::bytes_of(write_consent_file(*file)), crypto::NewFile::Replace::yes);
      !done)
    return done;
  fmt::print("{}: approved that {} gives up {} epochs of {}; approvals still needed: {}\n", o.file.string(),
             file->organisation, file->consent.epochs.size(), file->week.text(), *needed);
  return {};
}

int exit_of(const tl::expected<void, Problem>& done) {
  return done ? exit_done : report_problem(done.error());
}

}  // namespace

void add_destroy(CLI::App& keys, int& exit) {
  auto* command =
      keys.add_subcommand("destroy",
                          "Destroy a week's private keys, once no report of it can arrive and all of them "
                          "were imported, and state so for "
                          "the audit log. Run again after a power cut, it finishes what was begun");
  auto o = std::make_shared<DestroyOptions>();
  add_common(command, *o);
  add_week_options(command, *o);
  command->add_option("--unread", o->consent,
                      "The consent of two people for epochs that were not imported (`keys destroy-unread`)");
  command->add_flag("--yes", o->is_confirmed, "Do not ask to type the week");
  command->callback([o, &exit] {
    const auto statement = destroy(*o);
    exit = statement ? exit_done : report_problem(statement.error());
    if (statement) print_destroyed(*o, *statement);
  });
}

void add_destroy_unread(CLI::App& keys, int& exit) {
  auto* group = keys.add_subcommand(
      "destroy-unread", "The consent of two people that keys go although some epochs were not imported");
  group->require_subcommand(1);
  auto* make = group->add_subcommand("new", "List the epochs that would be given up");
  auto o = std::make_shared<ConsentOptions>();
  make->add_option("--home", o->home, "The desk's folder of keys")->capture_default_str();
  add_week_options(make, *o);
  make->add_option("--out", o->out, "The file to make, such as consent.json")->required();
  make->callback([o, &exit] { exit = exit_of(make_consent(*o)); });

  auto* sign =
      group->add_subcommand("sign", "Approve it with the home's desk key, or a minisign key of your own");
  auto s = std::make_shared<SignOptions>();
  add_common(sign, *s);
  sign->add_option("file", s->file, "The file that `destroy-unread new` made")->required();
  sign->add_option("--key", s->key, "A minisign secret key, instead of the home's desk.key");
  sign->callback([s, &exit] { exit = exit_of(sign_consent(*s)); });
}

}  // namespace sandyk::desk
