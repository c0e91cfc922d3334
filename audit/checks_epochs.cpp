#include <fmt/format.h>

#include <algorithm>

#include "audit/checks.h"
#include "crypto/seal/age/header.h"
#include "crypto/seal/file.h"
#include "crypto/seal/secret.h"
#include "crypto/seal/size_class.h"
#include "storage/folder.h"
#include "storage/layout.h"

namespace sandyk::audit {
namespace {

namespace layout = storage::layout;
using crypto::EpochId;
using crypto::Keyring;
using std::chrono::days;
using storage::EpochInfo;

/// What is wrong with the order of one epoch's entries; nothing when it is right.
std::optional<std::string> fault_of(const Evidence& evidence, const EpochId& id, const Life& life) {
  if (life.opened.empty()) return "was never opened";
  if (life.opened.size() > 1) return "was opened twice";
  if (life.ended.size() > 1) return "ended twice";
  if (life.purged.size() > 1) return "was deleted twice";
  if (!life.ended.empty() && life.ended[0].index < life.opened[0].index) return "ended before it was opened";
  if (!life.purged.empty() && (life.ended.empty() || life.purged[0].index < life.ended[0].index))
    return "was deleted before it ended";
  const auto begun = evidence.begun(id);
  if (begun && life.opened[0].entry.date() < *begun) return "says that it was begun after it was logged";
  if (life.ended.empty() && begun && evidence.newest && *begun + days(1) < *evidence.newest)
    return fmt::format("was begun on {} and never ended", begun->text());
  return std::nullopt;
}

Check check_lives(const Evidence& evidence) {
  constexpr std::string_view what = "every epoch was opened once, and closed or found unclean once";
  if (auto lacks = without(evidence, {.log = true}, what)) return *lacks;
  Check check{std::string(what), "", {}};
  std::size_t open = 0, unclean = 0;
  for (const auto& [id, life] : evidence.lives) {
    if (const auto fault = fault_of(evidence, id, life)) check.fail(fmt::format("{} {}", id.hex(), *fault));
    if (life.ended.empty())
      ++open;
    else if (life.ended[0].entry.type() == "epoch-unclean")
      ++unclean;
  }
  check.looked_at = fmt::format("{}, {} of them unclean, {} still open",
                                count(evidence.lives.size(), "epoch"), unclean, open);
  return check;
}

Check check_weeks(const Evidence& evidence) {
  constexpr std::string_view what = "every epoch rests on a signed keyring that was in force";
  if (auto lacks = without(evidence, {.log = true, .root = true}, what)) return *lacks;
  Check check{std::string(what), count(evidence.lives.size(), "epoch"), {}};
  for (const auto& [id, life] : evidence.lives) {
    const auto begun = evidence.begun(id);
    const auto week = life.opened.empty() ? std::nullopt : week_of(life.opened[0].entry);
    if (!begun || !week) continue;  // another check's
    const Keyring* keyring = evidence.keyrings->of_week(*week);
    if (keyring == nullptr)
      check.fail(fmt::format("{}: no keyring of {}", id.hex(), week->text()));
    else if (digest_of(life.opened[0].entry, "keyring") != keyring->hash())
      check.fail(fmt::format("{}: made with another keyring of {}", id.hex(), week->text()));
    else if (!keyring->is_in_force(*begun))
      check.fail(fmt::format("{}: begun on {}, outside its week", id.hex(), begun->text()));
  }
  return check;
}

/// Shape of an epoch's sealed key: to as many as the keyring names, and long enough for 32 bytes only.
bool is_sealed_key(const crypto::Bytes& file, std::size_t organisations) {
  const auto header = crypto::age::parse_header(file);
  return header && header->stanzas.size() == organisations &&
         std::all_of(
             header->stanzas.begin(), header->stanzas.end(),
             [](const auto& stanza) { return stanza.arguments.front() == crypto::age::hybrid_type; }) &&
         file.size() == crypto::sealed_length(crypto::EpochKey::size, organisations);
}

/// The one entry that opened an epoch; nothing when there is none, or more.
const storage::LogEntry* opening_of(const Evidence& evidence, const EpochId& id) {
  const auto life = evidence.lives.find(id);
  return life == evidence.lives.end() || life->second.opened.size() != 1 ? nullptr
                                                                         : &life->second.opened[0].entry;
}
const storage::LogEntry* ending_of(const Evidence& evidence, const EpochId& id) {
  const auto life = evidence.lives.find(id);
  return life == evidence.lives.end() || life->second.ended.size() != 1 ? nullptr
                                                                        : &life->second.ended[0].entry;
}

Check check_sealed_keys(const Evidence& evidence) {
  constexpr std::string_view what =
      "epoch keys are as they were logged, sealed to exactly the organisations of their week";
  if (auto lacks = without(evidence, {.log = true, .root = true, .folder = true}, what)) return *lacks;
  Check check{std::string(what), "", {}};
  std::size_t copies = 0;
  for (const auto& [id, epoch] : evidence.stored) {
    const storage::LogEntry* opening = opening_of(evidence, id);
    const Keyring* keyring = evidence.keyrings->of_week(epoch.info.week);
    if (keyring == nullptr || evidence.tombstones.contains(id)) continue;  // other checks'
    for (const auto& [name, key] : {std::pair(layout::key, "key"), std::pair(layout::key_copy, "key-copy")}) {
      const auto path = epoch.folder / name;
      const auto file = storage::is_file(path) ? crypto::read_file(path, layout::max_small_file)
                                               : tl::unexpected(crypto::IoFault::not_found);
      ++copies;
      if (!file || !is_sealed_key(*file, keyring->content().organisations.size()))
        check.fail(fmt::format("{}: {} is missing or sealed to others", id.hex(), name));
      else if (opening != nullptr && digest_of(*opening, key) != crypto::sha256(*file))
        check.fail(fmt::format("{}: {} is another one than was logged", id.hex(), name));
    }
  }
  check.looked_at = count(copies, "sealed key");
  return check;
}

bool is_same(const storage::Mark& mark, const storage::Mark& now) {
  return mark.database == now.database && mark.key == now.key && mark.log == now.log;
}

bool is_as_logged(const StoredEpoch& epoch, const storage::LogEntry& ending) {
  const bool is_closed = epoch.info.state == EpochInfo::State::closed;
  if (ending.type() != (is_closed ? "epoch-closed" : "epoch-unclean")) return false;
  if (is_closed && ending.value("compacted") != (epoch.mark->is_compacted ? "yes" : "no")) return false;
  return digest_of(ending, "database") == epoch.mark->database &&
         digest_of(ending, "key") == epoch.mark->key && digest_of(ending, "log") == epoch.mark->log;
}

/// One whose end is not logged yet, since its server was killed and has not started again, is compared with
/// its mark alone: that it is logged soon is for `check_lives` to see to.
Check check_files(const Evidence& evidence) {
  constexpr std::string_view what = "finished epochs are as they were when they ended";
  if (auto lacks = without(evidence, {.folder = true}, what)) return *lacks;
  Check check{std::string(what), "", {}};
  std::size_t finished = 0;
  for (const auto& [id, epoch] : evidence.stored) {
    if (epoch.info.state == EpochInfo::State::open || evidence.tombstones.contains(id)) continue;
    ++finished;
    const auto now = storage::hash_epoch(epoch.folder);
    const storage::LogEntry* ending = ending_of(evidence, id);
    if (!epoch.mark || !now || !is_same(*epoch.mark, *now))
      check.fail(fmt::format("{}: its files do not match its mark", id.hex()));
    else if (ending != nullptr && !is_as_logged(epoch, *ending))
      check.fail(fmt::format("{}: its mark is not what was logged", id.hex()));
  }
  check.looked_at =
      fmt::format("{}, {} still open", count(finished, "epoch"), evidence.stored.size() - finished);
  if (!evidence.log) check.looked_at += "; not compared with the log, which does not verify";
  return check;
}

/// The epoch that was opened last: one that is still open does not travel with an export.
std::optional<EpochId> last_opened(const Evidence& evidence) {
  const auto opened = evidence.events_of("epoch-opened");
  return opened.empty() ? std::nullopt : epoch_of(opened.back()->entry);
}

void check_logged(const Evidence& evidence, const EpochId& id, const StoredEpoch& epoch, Check& check) {
  if (!evidence.lives.contains(id)) return check.fail(fmt::format("{}: there, and never logged", id.hex()));
  const storage::LogEntry* opening = opening_of(evidence, id);
  if (opening != nullptr &&
      (week_of(*opening) != epoch.info.week || digest_of(*opening, "keyring") != epoch.info.keyring))
    check.fail(fmt::format("{}: its epoch.json is not what was logged", id.hex()));
}

Check check_presence(const Evidence& evidence) {
  constexpr std::string_view what = "no epoch has vanished, and none is there that was never logged";
  if (auto lacks = without(evidence, {.log = true, .folder = true}, what)) return *lacks;
  Check check{std::string(what), "", {}};
  const auto last = last_opened(evidence);
  std::size_t expected = 0;
  for (const auto& [id, life] : evidence.lives) {
    if (!life.purged.empty() || evidence.tombstones.contains(id)) continue;
    ++expected;
    const bool may_be_elsewhere = life.ended.empty() && id == last;
    if (!evidence.stored.contains(id) && !may_be_elsewhere)
      check.fail(fmt::format("{}: logged, never deleted, and not there", id.hex()));
  }
  for (const auto& [id, epoch] : evidence.stored) check_logged(evidence, id, epoch, check);
  for (const std::string& name : evidence.strange) check.fail(fmt::format("{}: no epoch", name));
  check.looked_at = fmt::format("logged and not deleted: {}, there: {}", expected,
                                evidence.stored.size() + evidence.strange.size());
  return check;
}

}  // namespace

std::vector<Check> check_epochs(const Evidence& evidence) {
  return {check_lives(evidence), check_weeks(evidence), check_sealed_keys(evidence), check_files(evidence),
          check_presence(evidence)};
}

}  // namespace sandyk::audit
