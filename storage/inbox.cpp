#include "storage/inbox.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <map>

#include "crypto/seal/json.h"
#include "crypto/seal/key_statement.h"
#include "storage/board_set.h"
#include "storage/clock_guard.h"
#include "storage/folder.h"
#include "storage/layout.h"
#include "storage/receipts.h"
#include "storage/signed_file.h"

namespace sandyk::storage {
namespace {

namespace fs = std::filesystem;

/// Where a file goes, and what is said of it then; or why it is refused.
struct Place {
  fs::path file;
  std::string what;  ///< completes "… was taken from the inbox"
};
using Judgement = tl::expected<Place, std::string>;

tl::unexpected<std::string> refuse(std::string why) {
  return tl::unexpected(std::move(why));
}

Judgement judge_keyring(const fs::path& vault, const SignedPair& pair, const Known& known) {
  const auto keyring = crypto::Keyring::verify(pair.json, crypto::text_of(pair.signature), known.root);
  if (!keyring) return refuse(std::string(crypto::sentence(keyring.error())));
  const auto& content = keyring->content();
  const crypto::Keyring* there = known.keyrings.of_week(content.week);
  if (there != nullptr && there->json() != keyring->json() && content.serial <= there->content().serial)
    return refuse(fmt::format("serial {} is here already", there->content().serial));
  return Place{vault / layout::keyring / (content.week.text() + ".json"),
               fmt::format("The keyring of {}, serial {},", content.week.text(), content.serial)};
}

Judgement judge_policy(const fs::path& vault, const SignedPair& pair, const Known& known) {
  const auto policy = crypto::Policy::verify(pair.json, crypto::text_of(pair.signature), known.root);
  if (!policy) return refuse(std::string(crypto::sentence(policy.error())));
  const auto& content = policy->content();
  if (const crypto::Policy* latest = known.policies.latest();
      latest != nullptr && latest->json() != policy->json()) {
    if (content.serial <= latest->content().serial)
      return refuse(fmt::format("serial {} is here already", latest->content().serial));
    if (content.serial == latest->content().serial + 1 && content.previous != latest->hash())
      return refuse("it does not follow the policy that is here");
  }
  return Place{vault / layout::policy / (std::to_string(content.serial) + ".json"),
               fmt::format("The retention policy, serial {},", content.serial)};
}

Judgement judge_receipt(const fs::path& vault, const SignedPair& pair, const Known& known) {
  const auto unverified = crypto::parse_import_receipt(pair.json);
  if (!unverified) return refuse("it is not an import receipt");
  const auto info = read_epoch_info(vault / layout::epochs / unverified->epoch.hex());
  if (!info) return refuse("its epoch is not in this vault");
  const crypto::Keyring* keyring = known.keyrings.of_week(info->week);
  if (keyring == nullptr) return refuse("the keyring of its epoch's week is missing");
  const auto receipt = verify_receipt(pair.json, crypto::text_of(pair.signature), *keyring);
  if (!receipt) return refuse(receipt.error());
  const auto file = receipt_file(vault, receipt->epoch, receipt->organisation);
  if (!receipt->is_complete && is_file(file))
    return refuse("there is a receipt of that organisation already");
  return Place{file, fmt::format("A receipt for the epoch {}", receipt->epoch.hex())};
}

Judgement judge_statement(const fs::path& vault, const SignedPair& pair, const Known& known) {
  const auto unverified = crypto::parse_key_destroyed(pair.json);
  if (!unverified) return refuse("it is not a statement of a destroyed key");
  const crypto::Keyring* keyring = known.keyrings.of_week(unverified->week);
  if (keyring == nullptr) return refuse("the keyring of its week is missing");
  for (const crypto::Organisation& organisation : keyring->content().organisations) {
    if (organisation.id != unverified->organisation) continue;
    if (!crypto::verify_key_destroyed(pair.json, crypto::text_of(pair.signature), organisation.desk_key,
                                      known.root.site()))
      return refuse("it is not signed by the organisation's desk key of that week");
    return Place{vault / layout::statements / (unverified->week.text() + "." + organisation.id + ".json"),
                 fmt::format("The statement that {} destroyed its key of {}", organisation.id,
                             unverified->week.text())};
  }
  return refuse("its organisation is not in the keyring of the week");
}

using Judge = Judgement (*)(const fs::path&, const SignedPair&, const Known&);
const std::map<std::string_view, Judge> judges = {
    {"sandyk-keyring/1", judge_keyring},
    {"sandyk-policy/1", judge_policy},
    {"sandyk-import-receipt/1", judge_receipt},
    {"sandyk-key-destroyed/1", judge_statement},
};

Judgement judge(const fs::path& vault, const SignedPair& pair, const Known& known) {
  const auto json = crypto::parse_json(pair.json, crypto::max_policy_size);
  const auto format = json && json->is_object() ? crypto::text_member(*json, "format") : std::nullopt;
  const auto found = format ? judges.find(*format) : judges.end();
  if (found == judges.end()) return refuse("this program does not know what it is");
  return found->second(vault, pair, known);
}

std::string reject(const fs::path& json, const std::string& why) {
  for (const auto& path : {json, signature_of(json)})
    if (is_file(path)) ::rename(path.c_str(), (path.string() + ".rejected").c_str());
  return fmt::format("{} in the inbox was refused: {}.", json.filename().string(), why);
}

/// Boards are no JSON, and go two folders deep.
Judgement judge_board_file(const fs::path& vault, const fs::path& file, const SignedPair& pair,
                           const Known& known) {
  const auto name = BoardName::parse(file.filename().string());
  if (!name) return refuse("it is not called <organisation>.<date>.board");
  const auto board = judge_board(vault, name->organisation, pair.json, crypto::text_of(pair.signature),
                                 known.keyrings, known.root.site(), known.today);
  if (!board) return refuse(board.error());
  if (!crypto::make_directory(vault / layout::board)) return refuse("the folder of boards cannot be made");
  return Place{board_file(vault, name->organisation, board->header().date),
               fmt::format("The board of {} for {}, number {},", name->organisation,
                           board->header().date.text(), board->header().number)};
}

constexpr std::string_view board_suffix = ".board";

/// A crash between the two files that this writes leaves a pair that does not verify; the inbox still has
/// both then, and the next start applies them again.
std::string apply(const fs::path& vault, const fs::path& json, const Known& known) {
  const bool is_board = json.extension() == board_suffix;
  const auto pair = read_signed(json, is_board ? crypto::board_format::max_size : crypto::max_policy_size);
  if (!pair) return reject(json, pair.error());
  const auto place = is_board ? judge_board_file(vault, json, *pair, known) : judge(vault, *pair, known);
  if (!place) return reject(json, place.error());
  auto done = crypto::make_directory(place->file.parent_path());
  if (done) done = write_signed(place->file, pair->json, pair->signature);
  if (!done)
    return fmt::format("{} stays in the inbox, since it could not be written: {}.", place->what,
                       crypto::sentence(done.error()));
  remove_signed(json);
  return place->what + " was taken from the inbox.";
}

/// The operator's word on the date, if that is what the file is.
std::optional<std::string> apply_confirmation(const fs::path& vault, const fs::path& json,
                                              crypto::Date today) {
  const auto bytes = crypto::read_file(json, layout::max_small_file);
  const auto day = bytes ? parse_day_confirmation(*bytes) : std::nullopt;
  if (!day) return std::nullopt;
  if (*day != today) return reject(json, "the day that was confirmed is not the day that the clock says");
  if (auto done = confirm_day(vault, today); !done)
    return fmt::format("The day could not be written down: {}.", crypto::sentence(done.error()));
  ::unlink(json.c_str());
  return fmt::format("The operator has confirmed that it is {}.", today.text());
}

}  // namespace

std::vector<std::string> apply_inbox(const fs::path& vault, const Known& known) {
  const auto inbox = vault / layout::inbox;
  std::vector<std::string> notices;
  const auto names = names_in(inbox);
  const auto each = [&](std::string_view suffix, const Known& by) {
    for (const std::string& name : names) {
      const auto file = inbox / name;
      if (!name.ends_with(suffix) || !is_file(file)) continue;
      const bool is_signed = is_file(signature_of(file));
      if (is_signed)
        notices.push_back(apply(vault, file, by));
      else if (auto said = suffix == board_suffix ? std::nullopt : apply_confirmation(vault, file, by.today))
        notices.push_back(std::move(*said));
      else  // the signature is put there first, so without it the file is not ours to judge yet
        notices.push_back(fmt::format("{} in the inbox has no signature beside it yet.", name));
    }
  };
  each(".json", known);
  // Boards are verified with keyrings that may just have come in.
  const auto keyrings = KeyringSet::read(vault / layout::keyring, known.root);
  each(board_suffix, {known.root, keyrings, known.policies, known.today});
  if (!notices.empty()) (void)crypto::sync_directory(inbox);  // at worst they are applied once more
  return notices;
}

}  // namespace sandyk::storage
