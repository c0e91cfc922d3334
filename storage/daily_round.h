// What is done once at every start and once a day, beside taking reports: deleting what is over, writing the
// audit log, and signing the day's checkpoint.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crypto/seal/log_key.h"
#include "storage/log.h"
#include "storage/log_book.h"

namespace sandyk::storage {

/// For one thread, but for `log_is_frozen`.
class DailyRound {
 public:
  /// Without a key nothing is logged, which every round says.
  DailyRound(std::filesystem::path vault, std::shared_ptr<const crypto::LogKey> key, Software software)
      : vault_(std::move(vault)), key_(std::move(key)), software_(std::move(software)) {}

  /// Deletes what the policy says is over, logs what changed, and signs a checkpoint unless that was done
  /// today. Returns a sentence for each thing that the operator should know. `open_epoch` is the id of the
  /// one that takes reports, if any.
  std::vector<std::string> run(const KeyringSet& keyrings, const PolicySet& policies, crypto::Date today,
                               const std::string& open_epoch = {});

  /// Logs what changed, and signs nothing: after an epoch has ended.
  std::vector<std::string> log_changes(const KeyringSet& keyrings, const PolicySet& policies,
                                       crypto::Date today, const std::string& open_epoch = {});

  /// True when the log on disk does not verify, or may not be signed with this key: it is left as it is, and
  /// reports are taken all the same. Thread-safe.
  bool log_is_frozen() const { return log_is_frozen_; }

 private:
  bool open_log(const PolicySet& policies, crypto::Date today, std::vector<std::string>& said);
  bool append_missing(const KeyringSet& keyrings, const PolicySet& policies, crypto::Date today,
                      const std::string& open_epoch, std::vector<std::string>& said);

  const std::filesystem::path vault_;
  const std::shared_ptr<const crypto::LogKey> key_;
  const Software software_;
  std::optional<AuditLog> log_;
  LogBook book_;
  bool is_first_ = true;
  std::atomic<bool> log_is_frozen_{false};
};

}  // namespace sandyk::storage
