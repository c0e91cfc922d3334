// What the audit log has to say: the vault's state on one side, what is logged on the other, and the entries
// between them. Entries are made from what is on disk, not from what a moment remembers, so a crash between a
// deed and its entry only makes the entry later.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crypto/seal/calendar.h"
#include "storage/keyring_set.h"
#include "storage/log_entry.h"
#include "storage/policy_set.h"

namespace sandyk::storage {

/// The program that runs, and the pages that it serves: logged when they change.
struct Software {
  std::string version;
  std::optional<crypto::Digest> program;        ///< of its file
  std::map<std::string, crypto::Digest> pages;  ///< by language
};

class LogBook {
 public:
  /// Counts an entry that is in the log.
  void add(const LogEntry& entry);

  /// The entries that are missing: keyrings, policies and their holds, software and pages, epochs begun,
  /// closed, unclean and deleted, keys that were destroyed. The oldest kind first; dated `today`.
  std::vector<LogEntry> missing(const std::filesystem::path& vault, const KeyringSet& keyrings,
                                const PolicySet& policies, const Software& software, crypto::Date today,
                                const std::string& open_epoch) const;

 private:
  bool has(std::string_view type, std::string_view what) const;

  std::set<std::string> logged_;                ///< type and what it is about
  std::map<std::string, std::string> current_;  ///< the newest software, and page of each language
};

}  // namespace sandyk::storage
