#include "audit/vault_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <system_error>

#include "crypto/seal/age/header.h"
#include "crypto/seal/file.h"
#include "crypto/seal/secret.h"
#include "crypto/seal/size_class.h"
#include "storage/epoch_files.h"
#include "storage/keyring_set.h"
#include "storage/layout.h"

namespace sandyk::audit {
namespace {

namespace fs = std::filesystem;
namespace layout = storage::layout;
using crypto::Keyring;
using storage::EpochInfo;
using storage::KeyringSet;

struct Epoch {
  fs::path folder;
  EpochInfo info;
};

/// A plain count with its noun.
std::string count(std::size_t n, std::string_view noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

Check check_signatures(const KeyringSet& keyrings) {
  Check check{"keyrings are signed by the root key", count(keyrings.all().size(), "keyring"), {}};
  for (const auto& rejected : keyrings.rejected())
    check.failures.push_back(fmt::format("{}: {}", rejected.name, rejected.why));
  if (keyrings.all().empty()) check.failures.push_back("there is no keyring");
  return check;
}

/// Each keyring names the hash of the one signed before it. One that is missing in between breaks no link
/// that is there.
Check check_chain(const KeyringSet& keyrings) {
  Check check{"each keyring follows the one before", "", {}};
  std::map<std::uint64_t, const Keyring*> by_serial;
  for (const auto& entry : keyrings.all())
    if (!by_serial.emplace(entry.second.content().serial, &entry.second).second)
      check.failures.push_back(fmt::format("serial {} was signed twice", entry.second.content().serial));
  std::size_t links = 0;
  for (const auto& entry : by_serial) {
    const auto before = by_serial.find(entry.first - 1);
    if (before == by_serial.end()) continue;
    ++links;
    if (entry.second->content().previous != before->second->hash())
      check.failures.push_back(fmt::format("serial {} does not name serial {}", entry.first, before->first));
  }
  check.looked_at = count(links, "link");
  return check;
}

Check read_epochs(const fs::path& vault, std::vector<Epoch>& epochs) {
  Check check{"every epoch says what it is", "", {}};
  std::error_code fault;
  for (const auto& entry : fs::directory_iterator(vault / layout::epochs, fault)) {
    if (!fs::is_directory(entry.symlink_status(fault))) continue;
    const auto info = storage::read_epoch_info(entry.path());
    if (info && info->id.hex() == entry.path().filename())
      epochs.push_back({entry.path(), *info});
    else
      check.failures.push_back(fmt::format("{}: no epoch.json of its own", entry.path().filename().string()));
  }
  std::sort(epochs.begin(), epochs.end(),
            [](const Epoch& a, const Epoch& b) { return a.info.id < b.info.id; });
  check.looked_at = count(epochs.size(), "epoch");
  return check;
}

Check check_weeks(const std::vector<Epoch>& epochs, const KeyringSet& keyrings) {
  Check check{"every epoch rests on a signed keyring in force", count(epochs.size(), "epoch"), {}};
  for (const Epoch& epoch : epochs) {
    const Keyring* keyring = keyrings.of_week(epoch.info.week);
    if (keyring == nullptr)
      check.failures.push_back(
          fmt::format("{}: no keyring of {}", epoch.info.id.hex(), epoch.info.week.text()));
    else if (keyring->hash() != epoch.info.keyring)
      check.failures.push_back(
          fmt::format("{}: made with another keyring of {}", epoch.info.id.hex(), epoch.info.week.text()));
    else if (!keyring->is_in_force(epoch.info.date))
      check.failures.push_back(
          fmt::format("{}: begun on {}, outside its week", epoch.info.id.hex(), epoch.info.date.text()));
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

Check check_keys(const std::vector<Epoch>& epochs, const KeyringSet& keyrings) {
  Check check{"epoch keys are sealed to exactly the organisations of their week", "", {}};
  std::size_t copies = 0;
  for (const Epoch& epoch : epochs) {
    const Keyring* keyring = keyrings.of_week(epoch.info.week);
    if (keyring == nullptr) continue;
    for (std::string_view name : {layout::key, layout::key_copy}) {
      const auto file = crypto::read_file(epoch.folder / name, layout::max_small_file);
      ++copies;
      if (!file || !is_sealed_key(*file, keyring->content().organisations.size()))
        check.failures.push_back(
            fmt::format("{}: {} is missing or sealed to others", epoch.info.id.hex(), name));
    }
  }
  check.looked_at = count(copies, "sealed key");
  return check;
}

Check check_files(const std::vector<Epoch>& epochs) {
  Check check{"finished epochs are as they were when they ended", "", {}};
  std::size_t finished = 0;
  for (const Epoch& epoch : epochs) {
    if (epoch.info.state == EpochInfo::State::open) continue;
    ++finished;
    const auto mark = storage::read_mark(epoch.folder);
    const auto now = storage::hash_epoch(epoch.folder);
    if (!mark || !now || mark->database != now->database || mark->key != now->key || mark->log != now->log)
      check.failures.push_back(fmt::format("{}: its files do not match its mark", epoch.info.id.hex()));
  }
  check.looked_at = fmt::format("{}, {} still open", count(finished, "epoch"), epochs.size() - finished);
  return check;
}

}  // namespace

std::vector<Check> check_vault(const fs::path& vault, const crypto::VerifyKey& root) {
  const auto keyrings = KeyringSet::read(vault / layout::keyring, root);
  std::vector<Epoch> epochs;
  std::vector<Check> checks;
  checks.push_back(check_signatures(keyrings));
  checks.push_back(check_chain(keyrings));
  checks.push_back(read_epochs(vault, epochs));
  checks.push_back(check_weeks(epochs, keyrings));
  checks.push_back(check_keys(epochs, keyrings));
  checks.push_back(check_files(epochs));
  return checks;
}

}  // namespace sandyk::audit
