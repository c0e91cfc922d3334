// The audit log as the running server writes it, in `vault/log/`: C2SP tlog-tiles with signed checkpoints, so
// that anybody can verify what happened to a vault and nobody can change it afterwards unseen.
//
//   checkpoint                      signed once a day
//   tile/<L>/<N>[.p/<W>]            hashes
//   tile/entries/<N>[.p/<W>]        entries
//   pending-<N>                     entries since the checkpoint, the first with index N; never served
//
// It never repairs and never deletes what a checkpoint needs: a log that does not verify is left as it is.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/calendar.h"
#include "crypto/seal/file.h"
#include "crypto/seal/log_key.h"
#include "storage/log_entry.h"
#include "storage/tiles.h"

namespace sandyk::storage {

/// Not thread-safe: the vault's one writer has it.
class AuditLog {
 public:
  enum class State {
    on,
    off,     ///< no key: nothing is read, written or signed
    frozen,  ///< what is on disk does not verify: nothing is changed any more
    failed,  ///< it could be read and not be written: open it again
  };
  struct Opened;

  /// Reads and verifies everything; makes the folder when it is not there. When a crash left a
  /// pending file of the checkpoint before, puts that in order. What it returns
  /// is durable. Never fails: `state` and `why` say how it went. `today` is for modification times.
  static Opened open(std::filesystem::path folder, std::optional<crypto::LogKey> key, crypto::Date today);

  State state() const { return state_; }
  /// One sentence for the operator; empty when the state is `on`.
  const std::string& why() const { return why_; }
  /// Entries logged; and those under the checkpoint among them.
  std::uint64_t size() const { return tiles_.size() + pending_.size(); }
  std::uint64_t published() const { return tiles_.size(); }
  /// The day whose checkpoint this is, by its modification time; nothing before the first.
  std::optional<crypto::Date> published_on() const;

  /// Logs all of the entries, durably. On a fault none of them counts as logged, the log is as it was, and
  /// the caller may try again. When the state is off or frozen it is IoFault::read_only.
  [[nodiscard]] tl::expected<void, crypto::IoFault> append(std::span<const LogEntry> entries);

  /// Signs a checkpoint over everything logged so far, the same again when nothing was. Call it once a day
  /// whatever happened. Order on disk: bundles, tiles, checkpoint, and only then the next pending file; a
  /// crash leaves the old checkpoint or the new one with all it needs. After a fault it may be called again.
  /// Sets every modification time in the folder to 00:00 UTC of `day`.
  [[nodiscard]] tl::expected<void, crypto::IoFault> publish(crypto::Date day);

 private:
  AuditLog(std::filesystem::path folder, std::optional<crypto::LogKey> key)
      : folder_(std::move(folder)), key_(std::move(key)) {}

  tl::expected<void, crypto::IoFault> read(std::vector<std::string>& published);
  bool is_new() const;
  tl::expected<void, crypto::IoFault> write_pending(const std::vector<std::string>& entries,
                                                    crypto::Date day) const;
  tl::expected<void, crypto::IoFault> write_tiles(std::span<const Tile> tiles) const;
  tl::expected<void, crypto::IoFault> usable() const;
  void freeze(std::string why);
  void fail(std::string why);

  std::filesystem::path folder_;
  std::optional<crypto::LogKey> key_;
  State state_ = State::on;
  std::string why_;
  Tiles tiles_;                       ///< at the checkpoint
  std::vector<std::string> pending_;  ///< since
};

struct AuditLog::Opened {
  AuditLog log;
  std::vector<LogEntry> entries;  ///< in order, published and pending; none unless the state is `on`
};

}  // namespace sandyk::storage
