// Reading an epoch offline, with its key: what the desk does. Never changes the epoch's files.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/calendar.h"
#include "crypto/seal/ids.h"
#include "crypto/seal/secret.h"

namespace sandyk::storage {

/// What epoch.json says, and whether the epoch is finished.
struct EpochInfo {
  crypto::EpochId id;
  crypto::Week week;
  crypto::Digest keyring;
  crypto::Date date;
  enum class State { open, closed, unclean } state;
};

/// Reads epoch.json and the mark of one epoch's folder; nothing when it is not one.
std::optional<EpochInfo> read_epoch_info(const std::filesystem::path& folder);

struct StoredReport {
  std::int64_t n;
  crypto::ReportId id;
  crypto::Week week;
  std::uint64_t size;
};

enum class ReadFault {
  no_database,
  wrong_key,  ///< or not a database at all: SQLCipher cannot tell
  damaged,
  other_format,
  no_room,  ///< the scratch folder is full or cannot be written
};
std::string_view sentence(ReadFault fault);

/// How the names of copies in the scratch folder begin: what is left there by a run that was killed may go.
inline constexpr std::string_view scratch_prefix = ".epoch-";

class EpochReader {
 public:
  /// Opens `folder`/reports.db with `key`. An unclean epoch is read from a copy (still encrypted) in
  /// `scratch`, since replaying its write-ahead log would change it; the copy goes away with this object.
  [[nodiscard]] static tl::expected<EpochReader, ReadFault> open(const std::filesystem::path& folder,
                                                                 const crypto::EpochKey& key,
                                                                 const std::filesystem::path& scratch);
  /// The same for pages in the clear that somebody else serves: `vfs` is what serve_pages() gave. No key is
  /// here then.
  [[nodiscard]] static tl::expected<EpochReader, ReadFault> open_served(const char* vfs);
  EpochReader(EpochReader&&) noexcept;
  ~EpochReader();

  /// Every report, in the order of storing; filler is left out. A row that cannot be read as one is counted
  /// in `damaged`.
  struct Listing {
    std::vector<StoredReport> reports;
    std::size_t damaged = 0;
    std::size_t filler = 0;
  };
  [[nodiscard]] tl::expected<Listing, ReadFault> list();

  /// Passes a report's sealed bytes to `sink` in order; false from it stops with `damaged`. Checks that the
  /// parts add up to `size` and hash to the id at the end.
  enum class Hash { looked_at, left_to_the_caller };
  [[nodiscard]] tl::expected<void, ReadFault> read(const StoredReport& report,
                                                   const std::function<bool(crypto::ByteView)>& sink,
                                                   Hash hash = Hash::looked_at);

 private:
  struct Impl;
  explicit EpochReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sandyk::storage
