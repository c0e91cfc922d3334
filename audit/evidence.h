// Everything that is looked at, gathered once: the verified log, the signed files, and what lies on the disk.
// It is a folder with the vault's layout: a vault, an export, or the mirror of what a server serves.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/trust_policy.h"
#include "storage/epoch_files.h"
#include "storage/keyring_set.h"
#include "storage/log_entry.h"
#include "storage/log_reader.h"
#include "storage/policy_set.h"
#include "storage/tombstone.h"

namespace sandyk::audit {

/// What the auditor brings along. All but the log's key may be absent; then less is checked.
struct Given {
  crypto::NoteKey log_key;
  std::optional<crypto::VerifyKey> root;
  std::optional<std::string> checkpoint;  ///< a note, such as a cosigned one, in place of the source's own
  std::optional<std::string> since;       ///< the note that was verified the last time
  std::optional<crypto::TrustPolicy> trust;
  std::optional<crypto::Date> as_of;
};

/// An entry and its place in the log, from 0.
struct Event {
  std::size_t index;
  storage::LogEntry entry;
};

/// What the log says of one epoch. In a log without fault each has one event or none.
struct Life {
  std::vector<Event> opened, ended, purged;
};

struct StoredEpoch {
  std::filesystem::path folder;
  storage::EpochInfo info;
  std::optional<storage::Mark> mark;
};

struct NotedCheckpoint {
  std::string note;  ///< with all its signatures
  crypto::Checkpoint checkpoint;
};

/// Immutable once gathered.
struct Evidence {
  Given given;
  std::filesystem::path folder;
  bool is_remote;      ///< a mirror: what a server keeps to itself is not there
  crypto::Date as_of;  ///< the day on which to judge what is overdue

  tl::expected<storage::VerifiedLog, std::string> log;  ///< the fault is a sentence
  /// The given checkpoint if it is the log's, or its own; the fault is a sentence.
  tl::expected<NotedCheckpoint, std::string> noted;
  std::optional<std::string> pending_fault;
  std::vector<Event> events;            ///< under the checkpoint, then those that nobody has signed yet
  std::vector<std::size_t> unreadable;  ///< places of what is no entry at all
  std::size_t pending = 0;              ///< how many of all these are not signed yet
  std::optional<crypto::Date> newest;   ///< the latest date in it
  std::map<crypto::EpochId, Life> lives;
  std::vector<Event> policy_events;

  std::optional<storage::KeyringSet> keyrings;  ///< with the root key only
  std::optional<storage::PolicySet> policies;

  std::map<crypto::EpochId, StoredEpoch> stored;
  std::vector<std::string> strange;  ///< names among the epochs that are none
  std::map<crypto::EpochId, storage::Tombstone> tombstones;

  std::size_t size() const { return events.size() + unreadable.size(); }
  std::vector<const Event*> events_of(std::string_view type) const;
  /// The policy that ruled on `day`, of those that were logged before the place `index`.
  const crypto::Policy* policy_at(crypto::Date day, std::size_t index) const;
  /// The day an epoch was begun: as its files say, else as logged. Nothing when nothing says so.
  std::optional<crypto::Date> begun(const crypto::EpochId& epoch) const;
  /// True when it is not there any more, by the log or by its tombstone.
  bool has_gone(const crypto::EpochId& epoch) const;
};

/// Reads and verifies; whatever is missing or wrong is for the checks to say.
Evidence gather(std::filesystem::path folder, bool is_remote, Given given);

// Values of an entry; nothing when absent or not of that kind.
std::optional<crypto::EpochId> epoch_of(const storage::LogEntry& entry);
std::optional<crypto::Digest> digest_of(const storage::LogEntry& entry, std::string_view key);
std::optional<crypto::Week> week_of(const storage::LogEntry& entry);
std::optional<std::uint64_t> serial_of(const storage::LogEntry& entry);
/// The parts of a list with commas.
std::vector<std::string> parts_of(const storage::LogEntry& entry, std::string_view key);

}  // namespace sandyk::audit
