#include <fmt/format.h>

#include <memory>

#include "desk/command_options.h"
#include "desk/commands.h"
#include "desk/keys_in_safes.h"

namespace sandyk::desk {
namespace {

using crypto::exit_done;

struct ShareOptions : Common {
  std::filesystem::path out, sealed;
  std::vector<std::filesystem::path> shares;
  unsigned needed = 2, of = 3;
};

void add_given(CLI::App* command, ShareOptions& o) {
  command->add_option("--sealed", o.sealed, "case.keys.sealed, from the same set")->required();
  command->add_option("shares", o.shares, "At least as many shares as are needed")->required();
}

int share(const ShareOptions& o) {
  if (auto done = share_case_keys(Home(o.home), o.out, o.needed, o.of); !done)
    return report_problem(done.error());
  fmt::print(
      "{} has case.keys, sealed, and {} shares; any {} of them open it, as was tried just now. Carry each "
      "share to "
      "another place and remove it here. Reports that come later are not in it, and what is deleted later "
      "still is: make "
      "a new set after each import, and destroy the old one.\n",
      o.out.string(), o.of, o.needed);
  return exit_done;
}

int rehearse(const ShareOptions& o) {
  if (auto done = open_shared_keys(o.sealed, o.shares); !done) return report_problem(done.error());
  fmt::print("These shares open it. Nothing was written.\n");
  return exit_done;
}

int restore(const ShareOptions& o) {
  if (auto done = restore_case_keys(Home(o.home), o.sealed, o.shares); !done)
    return report_problem(done.error());
  fmt::print("case.keys is back. `sandyk-desk case check` says whether it fits the case file.\n");
  return exit_done;
}

}  // namespace

void add_case_shares(CLI::App& group, int& exit) {
  auto* shares =
      group.add_subcommand("shares", "case.keys for safe-keeping: in shares, of which some are enough");
  shares->require_subcommand(1);
  auto o = std::make_shared<ShareOptions>();

  auto* fresh = shares->add_subcommand("new", "Make a set of shares, and prove that it opens");
  fresh->add_option("--home", o->home, "The desk's folder of keys")->capture_default_str();
  fresh->add_option("--out", o->out, "A new folder for them")->required();
  fresh->add_option("--needed", o->needed, "How many open it")->capture_default_str();
  fresh->add_option("--of", o->of, "How many there are")->capture_default_str();
  fresh->callback([o, &exit] { exit = share(*o); });

  auto* rehearsal = shares->add_subcommand("rehearse", "Prove that shares open it, and change nothing");
  add_given(rehearsal, *o);
  rehearsal->callback([o, &exit] { exit = rehearse(*o); });

  auto* back = shares->add_subcommand("restore", "Put case.keys back into a home that has none");
  back->add_option("--home", o->home, "The desk's folder of keys")->capture_default_str();
  add_given(back, *o);
  back->callback([o, &exit] { exit = restore(*o); });
}

}  // namespace sandyk::desk
