// The running server's vault: the one writer. It opens epochs, takes reports, and acknowledges what is
// synced. It never reads a report, and holds no key that opens one.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/calendar.h"
#include "crypto/seal/ids.h"
#include "crypto/seal/log_key.h"
#include "crypto/seal/signature.h"
#include "storage/board_set.h"
#include "storage/keyring_set.h"
#include "storage/log_book.h"
#include "storage/policy_set.h"
#include "storage/sealed_body.h"

namespace sandyk::storage {

struct VaultSettings {
  std::filesystem::path folder;
  crypto::VerifyKey root;
  std::uint64_t reserve = 0;      ///< bytes of the disk that reports may not use
  unsigned cache_kib = 8 * 1024;  ///< SQLCipher's page cache

  // What the disk tells to those without keys (docs/design.md, section 5)
  std::uint64_t padding = 16 * 1024 * 1024;        ///< step of a database's size, a power of two; 0: none
  std::chrono::milliseconds filler_mean{60'000};   ///< from one filler to the next; 0: none
  std::chrono::milliseconds log_age{1'000};        ///< how long a commit may stay in the write-ahead log
  std::chrono::milliseconds closing_time{20'000};  ///< for compacting when the vault is closed

  // The audit log
  std::shared_ptr<const crypto::LogKey> log_key = nullptr;  ///< without one nothing is logged
  Software software = {};                                   ///< what the log says that runs here
};

enum class VaultFault {
  locked,     ///< another process has this vault
  no_access,  ///< the folder cannot be made, read or written
  disk_full,
  too_old,  ///< SQLCipher is older than 4.6
  failed,   ///< input/output error
};
std::string_view sentence(VaultFault fault);

enum class PutFault {
  no_epoch,   ///< no week is in force, so no epoch is open
  disk_full,  ///< nothing was stored; what was acknowledged stays
  failed,     ///< input/output error; the same holds
};

struct DayBudget {
  std::uint64_t bytes;  ///< see storage/retention.h; 0 before the first round
  std::uint64_t used;
};

class Vault {
 public:
  /// Takes the lock, makes the folders, applies the inbox, and opens an epoch when a week is in force on
  /// `today`. Starts the writer's thread, and one for chores, which marks what a crash left as unclean.
  [[nodiscard]] static tl::expected<std::unique_ptr<Vault>, VaultFault> open(VaultSettings settings,
                                                                             crypto::Date today);
  /// As `close`, with nobody to tell.
  ~Vault();
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;

  /// Stores a report and returns once it is committed and synced. `id` is SHA-256 of `body` (the caller
  /// computed it); the same id again is done at once, after the same wait. Thread-safe; whatever waits is
  /// committed together.
  [[nodiscard]] tl::expected<void, PutFault> put(const crypto::ReportId& id, crypto::Week week,
                                                 const SealedBody& body);

  /// Applies the inbox, begins the next epoch and lets go of the open one (at 00:00 UTC, on SIGHUP), which is
  /// then closed as a chore. Reports that are put meanwhile wait, and go into one or the other.
  [[nodiscard]] tl::expected<void, VaultFault> turn(crypto::Date today);

  /// The keyrings and policies as of the last open or turn. Thread-safe.
  std::shared_ptr<const KeyringSet> keyrings() const;
  std::shared_ptr<const PolicySet> policies() const;

  /// The boards that are shown on the day of the last open or turn. Thread-safe.
  std::shared_ptr<const BoardSet> boards() const;

  /// What one day may bring, and has brought since the server started or the day began: bytes of reports. It
  /// is no wall; how much of it is used says how hard admission should be. Thread-safe.
  DayBudget day_budget() const;

  /// True when the audit log does not verify, or the policy names another key for it: it is left as it is.
  /// Thread-safe.
  bool log_is_frozen() const;

  /// Closes the epoch cleanly, compacted if `closing_time` allows, and ends all work; nothing may be put any
  /// more. Returns what nobody has been told yet, as `take_news` does.
  std::vector<std::string> close();

  /// Waits until what is to be done beside taking reports is done: what a crash left is marked, and what was
  /// let go of is closed. Not while another thread turns.
  void finish_chores();

  /// What the last open or turn, and the chores since, have to say to the operator, one sentence each,
  /// without times or addresses.
  std::vector<std::string> notices() const;
  /// Those that no earlier call of this one gave.
  std::vector<std::string> take_news();

 private:
  struct Impl;
  explicit Vault(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sandyk::storage
