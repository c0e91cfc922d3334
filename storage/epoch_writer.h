// The writer's thread and what it has: the open epoch, the next filler, and the log that must not grow old.
// Everything here runs on that thread once it is there.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "storage/epoch.h"
#include "storage/group_commit.h"
#include "storage/keyring_set.h"
#include "storage/vault.h"

namespace sandyk::storage {

class EpochWriter {
 public:
  /// The keyrings as they are now.
  using Keyrings = std::function<std::shared_ptr<const KeyringSet>()>;
  struct Events {
    /// An epoch stands, before the first report is taken into it.
    std::function<void(const std::filesystem::path& folder)> opened;
    /// An input/output error ended one: what was acknowledged is in it; it wants to be marked as unclean.
    std::function<void(std::filesystem::path folder)> abandoned;
  };

  EpochWriter(const VaultSettings& settings, crypto::Date today, Keyrings keyrings, Events events)
      : settings_(settings), today_(today), keyrings_(std::move(keyrings)), events_(std::move(events)) {}

  bool has_epoch() const { return epoch_.has_value(); }
  /// The folder of the open epoch; empty when there is none.
  std::filesystem::path folder() const { return epoch_ ? epoch_->folder() : std::filesystem::path(); }

  /// Begins an epoch, when a week is in force; with none there is none, and that is no fault.
  [[nodiscard]] tl::expected<void, VaultFault> begin();

  /// Lets go of the open epoch and begins that of `today`. Nothing inside the result when there was none.
  /// After a fault the old one goes on.
  [[nodiscard]] tl::expected<std::optional<Epoch>, VaultFault> turn(crypto::Date today);

  /// Lets go of the open epoch, for good.
  std::optional<Epoch> let_go() { return std::exchange(epoch_, std::nullopt); }

  /// Stores a batch and sets every outcome.
  void store(std::span<Put* const> puts);

  /// Commits a filler when it is due, and empties the log when it is old or large. Returns when to come
  /// again.
  GroupCommit::Clock::time_point tidy();

 private:
  using Clock = GroupCommit::Clock;
  void store_together(std::vector<Put*> puts);
  bool may_hold(std::uint64_t bytes) const;
  void note_log();
  tl::expected<void, DbFault> commit_filler();
  tl::expected<void, DbFault> empty_log();
  void abandon();

  const VaultSettings& settings_;
  crypto::Date today_;
  const Keyrings keyrings_;
  const Events events_;
  std::optional<Epoch> epoch_;
  Clock::time_point empty_log_at_ = Clock::time_point::max();
  Clock::time_point filler_at_ = Clock::time_point::max();
};

}  // namespace sandyk::storage
