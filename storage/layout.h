// The vault's names, tables and limits, each once (docs/design.md, section 5; docs/formats.md, "Vault
// database").
#pragma once

#include <cstdint>
#include <string_view>

namespace sandyk::storage::layout {

// Folders of the vault
inline constexpr std::string_view epochs = "epochs";
inline constexpr std::string_view keyring = "keyring";
inline constexpr std::string_view board = "board";
inline constexpr std::string_view inbox = "inbox";
inline constexpr std::string_view log = "log";
inline constexpr std::string_view lock = "lock";
inline constexpr std::string_view policy = "policy";
inline constexpr std::string_view receipts = "receipts";
inline constexpr std::string_view statements = "statements";
inline constexpr std::string_view tombstones = "tombstones";
inline constexpr std::string_view clock = "clock.json";
inline constexpr std::string_view checkpoint = "checkpoint";  ///< in log/
inline constexpr std::string_view starts = "starts";
inline constexpr std::string_view uploads =
    "uploads";  ///< reports that are still arriving; noise to everybody

// Files of an epoch
inline constexpr std::string_view key = "key.age";
inline constexpr std::string_view key_copy = "key.age.copy";
inline constexpr std::string_view info = "epoch.json";
inline constexpr std::string_view database = "reports.db";
inline constexpr std::string_view database_log = "reports.db-wal";
/// The database until its tables are there: a crash before then leaves no `reports.db`.
inline constexpr std::string_view unfinished_database = "reports.db.new";
/// The database in its final order, until it takes the place of `reports.db`.
inline constexpr std::string_view compacted_database = "reports.db.compact";
inline constexpr std::string_view closed = "closed.json";
inline constexpr std::string_view unclean = "unclean.json";

inline constexpr std::string_view info_format = "sandyk-epoch/1";
inline constexpr std::string_view closed_format = "sandyk-epoch-closed/1";
inline constexpr std::string_view unclean_format = "sandyk-epoch-unclean/1";
inline constexpr std::size_t max_small_file = 64 * 1024;  ///< key.age with 20 stanzas is half of it

// The database
inline constexpr int application_id = 0x53444B31;  // "SDK1"
inline constexpr int user_version = 1;
inline constexpr unsigned page_size = 4096;
inline constexpr std::size_t part_size = 256 * 1024;
inline constexpr std::uint64_t max_report_size =
    64 * 1024 * 1024;  ///< above the largest sealed length, 20 stanzas and all
inline constexpr std::int64_t parts_per_report = 256;  ///< max_report_size / part_size
static_assert(max_report_size == part_size * static_cast<std::uint64_t>(parts_per_report));

// A part's number is its report's times `parts_per_report`, plus its place: so parts lie in the order of
// storing and are found without an index. These texts are compared when a database is read: one spelling
// only.
inline constexpr std::string_view create_reports =
    "CREATE TABLE reports(n INTEGER PRIMARY KEY, id BLOB UNIQUE, kind TEXT, size INTEGER, week TEXT)";
inline constexpr std::string_view create_parts =
    "CREATE TABLE parts(n INTEGER PRIMARY KEY, report INTEGER, part INTEGER, bytes BLOB)";
inline constexpr std::string_view kind_report = "report";
inline constexpr std::string_view kind_filler = "filler";

}  // namespace sandyk::storage::layout
