// The running server's vault: the one writer. It opens epochs, takes reports, and acknowledges what is
// synced. It never reads a report, and holds no key that opens one.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/calendar.h"
#include "crypto/seal/ids.h"
#include "crypto/seal/signature.h"
#include "storage/keyring_set.h"
#include "storage/policy_set.h"
#include "storage/sealed_body.h"

namespace sandyk::storage {

struct VaultSettings {
  std::filesystem::path folder;
  crypto::VerifyKey root;
  std::uint64_t reserve = 0;      ///< bytes of the disk that reports may not use
  unsigned cache_kib = 8 * 1024;  ///< SQLCipher's page cache
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

class Vault {
 public:
  /// Takes the lock, makes the folders, marks what a crash left as unclean, applies the inbox, and opens an
  /// epoch when a week is in force on `today`. Starts the writer thread.
  [[nodiscard]] static tl::expected<std::unique_ptr<Vault>, VaultFault> open(VaultSettings settings,
                                                                             crypto::Date today);
  ~Vault();  // closes the epoch cleanly, then lets go of the lock
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;

  /// Stores a report and returns once it is committed and synced. `id` is SHA-256 of `body` (the caller
  /// computed it); the same id again is done at once, after the same wait. Thread-safe; whatever waits is
  /// committed together.
  [[nodiscard]] tl::expected<void, PutFault> put(const crypto::ReportId& id, crypto::Week week,
                                                 const SealedBody& body);

  /// Applies the inbox, closes the open epoch and begins the next (at start, at 00:00 UTC, on SIGHUP).
  /// Reports that are put meanwhile wait, and go into one or the other. What came through the inbox is in
  /// `applied_and_rejected`.
  [[nodiscard]] tl::expected<void, VaultFault> turn(crypto::Date today);

  /// The keyrings and policies as of the last open or turn. Thread-safe.
  std::shared_ptr<const KeyringSet> keyrings() const;
  std::shared_ptr<const PolicySet> policies() const;

  /// What the last open or turn has to say to the operator, one sentence each, without times or addresses.
  std::vector<std::string> notices() const;

 private:
  struct Impl;
  explicit Vault(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sandyk::storage
