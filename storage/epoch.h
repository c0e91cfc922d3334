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
#include "storage/layout.h"
#include "storage/padding.h"
#include "storage/sealed_body.h"
#include "storage/vault.h"

namespace sandyk::storage {

/// A report to be stored.
struct Entry {
  crypto::ReportId id;
  crypto::Week week;
  const SealedBody* body;
  std::string_view kind = layout::kind_report;
};

struct StoreError {
  DbFault fault;
  /// Set when it was this entry's body that could not be read: the others may be tried again.
  std::optional<std::size_t> unreadable;
};

struct EpochTerms {
  unsigned cache_kib;
  std::uint64_t step;     ///< the database's file is a multiple of it: see padding.h
  std::uint64_t reserve;  ///< of the disk, which padding and compacting leave alone
};

/// How an epoch ended; what was acknowledged is in it all the same.
enum class Ending {
  compacted,    ///< closed: one file, its reports in the order of their ids
  uncompacted,  ///< closed: one file, as it was written, for want of room or time
  unclean,      ///< as it was left, its log beside it
};

/// What an input/output fault means for the vault.
VaultFault vault_fault(crypto::IoFault fault);

class Epoch {
 public:
  /// Makes the folder, the key and both its sealed copies, reads those back, then makes the database; all of
  /// it is on disk when this returns. What a failure leaves is taken away again.
  [[nodiscard]] static tl::expected<Epoch, VaultFault> begin(const std::filesystem::path& epochs,
                                                             const crypto::Keyring& keyring,
                                                             crypto::Date date, const EpochTerms& terms);

  /// Stores all of `entries` in one transaction, or none. Returns once it is synced. An id that is there
  /// already costs the same work and changes nothing.
  [[nodiscard]] tl::expected<void, StoreError> store(std::span<const Entry> entries);

  /// Moves the write-ahead log into the database, synced, and empties it. Before that, the file is given as
  /// much noise as it grows by, so that what lies behind the last page never shows; unless the disk has no
  /// room for it. A fault other than `full` means that the disk cannot be trusted with this file any more.
  [[nodiscard]] tl::expected<void, DbFault> checkpoint();

  /// Bytes of reports in the log, which the next checkpoint takes out of it.
  std::uint64_t bytes_in_log() const { return bytes_in_log_; }

  /// Leaves one file, synced, compacts it if `may_go_on` and the disk allow, and marks the epoch closed. When
  /// that fails, marks it as unclean. Takes long. The fault says that not even a mark could be written.
  [[nodiscard]] static tl::expected<Ending, crypto::IoFault> close(Epoch epoch, const MayGoOn& may_go_on);

  /// Lets go of the files without writing to them, after a fault. What remains is to mark the folder as
  /// unclean.
  [[nodiscard]] static std::filesystem::path abandon(Epoch epoch);

  const std::filesystem::path& folder() const { return folder_; }

 private:
  Epoch(std::filesystem::path folder, crypto::Date date, const EpochTerms& terms, crypto::EpochKey key,
        Database database)
      : folder_(std::move(folder)),
        date_(date),
        terms_(terms),
        key_(std::move(key)),
        database_(std::move(database)) {}
  struct Inserts;
  tl::expected<Inserts, DbFault> prepare_inserts();
  tl::expected<void, StoreError> store_one(Inserts& inserts, const Entry& entry);
  tl::expected<std::int64_t, DbFault> number_of(Inserts& inserts, const Entry& entry);
  tl::expected<void, DbFault> pad();
  bool leave_one_file();

  std::filesystem::path folder_;
  crypto::Date date_;
  EpochTerms terms_;
  crypto::EpochKey key_;  // for compacting; SQLCipher has it as long as the database is open
  std::optional<Database> database_;
  std::uint64_t bytes_in_log_ = 0;
};

}  // namespace sandyk::storage
