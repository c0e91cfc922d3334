#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "desk/board_making.h"
#include "desk/case_opening.h"
#include "desk/commands.h"
#include "desk/site_record.h"

namespace sandyk::desk {
namespace {

using crypto::Date;

struct BoardOptions : CaseCommon {
  std::string root_key, organisation;
  std::filesystem::path out;
  std::vector<std::filesystem::path> keyrings;
  unsigned days = 21, stay = 30;
  std::uint32_t after = 0;
};

tl::expected<MadeBoards, Problem> make(const BoardOptions& o, const BoardOrder& order) {
  const Home home(o.home);
  std::vector<std::filesystem::path> places{home.folder()};
  places.insert(places.end(), o.keyrings.begin(), o.keyrings.end());
  const auto root = root_key_of(home, o.root_key);
  if (!root) return tl::unexpected(root.error());
  const SiteRecord site = SiteRecord::read(*root, places);
  auto file = open_case(o);
  if (!file) return tl::unexpected(file.error());
  const auto passphrase = ask_passphrase(o.passphrases, "the answer key");
  if (!passphrase) return tl::unexpected(passphrase.error());
  const auto key = read_signing_key(home.answer_secret(), *passphrase, "the answer key");
  if (!key) return tl::unexpected(key.error());
  return make_boards(home, *file, order, site, *key);
}

/// Says what found no room; 5 when new answers did not.
crypto::ExitCode say_left(const Choice& left) {
  if (left.left_confirmed + left.left_old > 0)
    fmt::print(
        "The boards are full: {} answers that were read, and {} of which that is not known after 14 "
        "days, are no longer on them.\n",
        left.left_confirmed, left.left_old);
  if (left.left_waiting == 0) return crypto::exit_done;
  fmt::print(stderr, "sandyk-desk: {} new answers found no room: there are too few slots.\n",
             left.left_waiting);
  return crypto::exit_partly_done;
}

tl::expected<crypto::ExitCode, Problem> make_and_say(const BoardOptions& o) {
  const auto organisation = the_organisation(Home(o.home), o.organisation);
  if (!organisation) return tl::unexpected(organisation.error());
  const BoardOrder order{*organisation, Date::today(), o.days, std::chrono::days(o.stay), o.after, o.out};
  const auto made = make(o, order);
  if (!made) return tl::unexpected(made.error());
  fmt::print("{} boards in {}, of {} to {}. Carry them to the server: sandyk-intake board install {}\n",
             made->names.size(), o.out.string(), order.first.text(),
             (order.first + std::chrono::days(o.days - 1)).text(), o.out.string());
  return say_left(made->fullest);
}

}  // namespace

void add_board(CLI::App& app, int& exit) {
  auto o = std::make_shared<BoardOptions>();
  auto* command = app.add_subcommand(
      "board",
      "Make the boards of the days to come from the answers in the case file, each sealed and signed anew");
  add_case_common(command, *o);
  add_root_key(command, o->root_key);
  command->add_option("--org", o->organisation, "The organisation that answers (default: the only one)");
  command->add_option("--days", o->days, "How many days, from today on")
      ->check(CLI::Range(1U, 62U))
      ->capture_default_str();
  command->add_option("--stay", o->stay, "Days that an answer stays on the boards")
      ->check(CLI::Range(14U, 365U))
      ->capture_default_str();
  command->add_option("--vault", o->keyrings, "An exported vault (or any folder with keyring/ in it)");
  command
      ->add_option("--after", o->after,
                   "The last number that the server has: after an older backup was restored")
      ->check(CLI::Range(0U, 4'000'000'000U));
  command->add_option("--out", o->out, "Folder for the boards")->required();
  command->callback([o, &exit] {
    const auto done = make_and_say(*o);
    exit = done ? static_cast<int>(*done) : report_problem(done.error());
  });
}

}  // namespace sandyk::desk
