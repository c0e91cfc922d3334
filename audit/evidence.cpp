#include "audit/evidence.h"

#include <fmt/format.h>

#include <algorithm>

#include "storage/folder.h"
#include "storage/layout.h"

namespace sandyk::audit {
namespace {

namespace fs = std::filesystem;
namespace layout = storage::layout;
using crypto::EpochId;

void sort_in(Evidence& evidence, const Event& event) {
  const std::string& type = event.entry.type();
  if (type == "policy") evidence.policy_events.push_back(event);
  const auto epoch = epoch_of(event.entry);
  if (!epoch) return;  // its form is another check's
  if (type == "epoch-opened") evidence.lives[*epoch].opened.push_back(event);
  if (type == "epoch-closed" || type == "epoch-unclean") evidence.lives[*epoch].ended.push_back(event);
  if (type == "purge") evidence.lives[*epoch].purged.push_back(event);
}

void add_entries(Evidence& evidence, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    const std::size_t index = evidence.size();
    auto entry = storage::LogEntry::parse(text);
    if (!entry) {
      evidence.unreadable.push_back(index);
      continue;
    }
    evidence.newest = evidence.newest ? std::max(*evidence.newest, entry->date()) : entry->date();
    evidence.events.push_back({index, std::move(*entry)});
    sort_in(evidence, evidence.events.back());
  }
}

/// The log may have grown since a checkpoint that somebody brings along, and must not have changed.
tl::expected<NotedCheckpoint, std::string> note_of(const storage::VerifiedLog& log, const Given& given) {
  if (!given.checkpoint) return NotedCheckpoint{log.note, log.checkpoint};
  const auto checkpoint = crypto::verify_checkpoint(*given.checkpoint, given.log_key.name(), given.log_key);
  if (!checkpoint)
    return tl::unexpected(fmt::format("The given checkpoint {}.", crypto::sentence(checkpoint.error())));
  if (!storage::is_consistent(log.entries, *checkpoint))
    return tl::unexpected(std::string("The given checkpoint is not of this log, or of more than it holds."));
  return NotedCheckpoint{*given.checkpoint, *checkpoint};
}

void read_log_into(Evidence& evidence) {
  const fs::path folder = evidence.folder / layout::log;
  const auto& key = evidence.given.log_key;
  auto log = storage::read_log(storage::fetch_from(folder), key.name(), key);
  if (!log) {
    evidence.log = tl::unexpected(storage::sentence(log.error()));
    evidence.noted = tl::unexpected(evidence.log.error());
    return;
  }
  evidence.noted = note_of(*log, evidence.given);
  add_entries(evidence, log->entries);
  if (!evidence.is_remote) {
    const auto pending = storage::read_pending(folder, log->entries);
    if (pending) {
      add_entries(evidence, *pending);
      evidence.pending = pending->size();
    } else {
      evidence.pending_fault = storage::sentence(pending.error());
    }
  }
  evidence.log = std::move(*log);
}

void read_disk_into(Evidence& evidence) {
  for (const std::string& name : storage::names_in(evidence.folder / layout::epochs)) {
    const fs::path folder = evidence.folder / layout::epochs / name;
    const auto info = storage::read_epoch_info(folder);
    if (info)
      evidence.stored.emplace(info->id, StoredEpoch{folder, *info, storage::read_mark(folder)});
    else
      evidence.strange.push_back(name);
  }
  for (const storage::Tombstone& stone : storage::read_tombstones(evidence.folder))
    evidence.tombstones.emplace(stone.epoch, stone);
}

}  // namespace

Evidence gather(fs::path folder, bool is_remote, Given given) {
  Evidence evidence{.given = std::move(given),
                    .folder = std::move(folder),
                    .is_remote = is_remote,
                    .as_of = crypto::Date::today(),
                    .log = tl::unexpected(std::string()),
                    .noted = tl::unexpected(std::string()),
                    .pending_fault = {},
                    .events = {},
                    .unreadable = {},
                    .newest = {},
                    .lives = {},
                    .policy_events = {},
                    .keyrings = {},
                    .policies = {},
                    .stored = {},
                    .strange = {},
                    .tombstones = {}};
  read_log_into(evidence);
  if (!is_remote) read_disk_into(evidence);
  if (const auto& root = evidence.given.root) {
    evidence.keyrings = storage::KeyringSet::read(evidence.folder / layout::keyring, *root);
    evidence.policies = storage::PolicySet::read(evidence.folder / layout::policy, *root);
  }
  if (evidence.given.as_of)
    evidence.as_of = *evidence.given.as_of;
  else if (!is_remote && evidence.newest)
    evidence.as_of = *evidence.newest;  // an old stick is judged by its own time
  return evidence;
}

std::vector<const Event*> Evidence::events_of(std::string_view type) const {
  std::vector<const Event*> found;
  for (const Event& event : events)
    if (event.entry.type() == type) found.push_back(&event);
  return found;
}

const crypto::Policy* Evidence::policy_at(crypto::Date day, std::size_t index) const {
  const crypto::Policy* ruling = nullptr;
  if (!policies) return nullptr;
  for (const Event& event : policy_events) {
    if (event.index >= index) break;
    const auto serial = serial_of(event.entry);
    const crypto::Policy* policy = serial ? policies->of_serial(*serial) : nullptr;
    if (policy == nullptr || policy->content().not_before > day) continue;
    if (ruling == nullptr || ruling->content().serial < policy->content().serial) ruling = policy;
  }
  return ruling;
}

std::optional<crypto::Date> Evidence::begun(const EpochId& epoch) const {
  if (const auto at = stored.find(epoch); at != stored.end()) return at->second.info.date;
  if (const auto at = tombstones.find(epoch); at != tombstones.end()) return at->second.begun;
  const auto life = lives.find(epoch);
  if (life == lives.end() || life->second.opened.empty()) return std::nullopt;
  return life->second.opened.front().entry.date();
}

bool Evidence::has_gone(const EpochId& epoch) const {
  const auto life = lives.find(epoch);
  if (life != lives.end() && !life->second.purged.empty()) return true;
  return tombstones.contains(epoch) && !stored.contains(epoch);
}

std::optional<EpochId> epoch_of(const storage::LogEntry& entry) {
  const auto text = entry.value("epoch");
  return text ? EpochId::parse(*text) : std::nullopt;
}

std::optional<crypto::Digest> digest_of(const storage::LogEntry& entry, std::string_view key) {
  const auto text = entry.value(key);
  return text ? crypto::Digest::parse(*text) : std::nullopt;
}

std::optional<crypto::Week> week_of(const storage::LogEntry& entry) {
  const auto text = entry.value("week");
  return text ? crypto::Week::parse(*text) : std::nullopt;
}

std::optional<std::uint64_t> serial_of(const storage::LogEntry& entry) {
  const auto text = entry.value("serial");
  return text ? storage::policy_serial(*text) : std::nullopt;
}

std::vector<std::string> parts_of(const storage::LogEntry& entry, std::string_view key) {
  std::vector<std::string> parts;
  std::string_view left = entry.value(key).value_or("");
  while (!left.empty()) {
    const auto comma = left.find(',');
    parts.emplace_back(left.substr(0, comma));
    left = comma == std::string_view::npos ? "" : left.substr(comma + 1);
  }
  return parts;
}

}  // namespace sandyk::audit
