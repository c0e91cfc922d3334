// The open epoch, as its one writer has it: begun, filled in transactions, and closed for good. Not
// thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <tl/expected.hpp>

#include "crypto/seal/keyring.h"
#include "storage/database.h"
#include "storage/sealed_body.h"
#include "storage/vault.h"

namespace sandyk::storage {

/// A report to be stored.
struct Entry {
  crypto::ReportId id;
  crypto::Week week;
  const SealedBody* body;
};

struct StoreError {
  DbFault fault;
  /// Set when it was this entry's body that could not be read: the others may be tried again.
  std::optional<std::size_t> unreadable;
};

/// What an input/output fault means for the vault.
VaultFault vault_fault(crypto::IoFault fault);

class Epoch {
 public:
  /// Makes the folder, the key and both its sealed copies, reads those back, then makes the database; all of
  /// it is on disk when this returns. What a failure leaves is taken away again.
  [[nodiscard]] static tl::expected<Epoch, VaultFault> begin(const std::filesystem::path& epochs,
                                                             const crypto::Keyring& keyring,
                                                             crypto::Date date, unsigned cache_kib);

  /// Stores all of `entries` in one transaction, or none. Returns once it is synced. An id that is there
  /// already costs the same work and changes nothing.
  [[nodiscard]] tl::expected<void, StoreError> store(std::span<const Entry> entries);

  /// Moves the write-ahead log into the database once it has grown to a few MiB. A fault other than `full`
  /// means that the disk cannot be trusted with this file any more.
  [[nodiscard]] tl::expected<void, DbFault> tidy();

  /// Leaves one file, synced, and marks the epoch closed; when that fails, marks it as unclean: what was
  /// acknowledged is there either way. The fault says that not even a mark could be written. True: closed;
  /// false: unclean.
  [[nodiscard]] static tl::expected<bool, crypto::IoFault> close(Epoch epoch);

  /// Lets go of the files without writing to them, after a fault, and marks the epoch as unclean.
  [[nodiscard]] static tl::expected<void, crypto::IoFault> abandon(Epoch epoch);

  const std::filesystem::path& folder() const { return folder_; }

 private:
  Epoch(std::filesystem::path folder, Database database)
      : folder_(std::move(folder)), database_(std::move(database)) {}
  tl::expected<void, StoreError> store_one(const Entry& entry);
  tl::expected<std::int64_t, DbFault> number_of(const Entry& entry);

  std::filesystem::path folder_;
  Database database_;
  std::uint64_t bytes_since_checkpoint_ = 0;
};

}  // namespace sandyk::storage
