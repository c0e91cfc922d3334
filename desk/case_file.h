// The case file: everything the desk knows, in one encrypted database beside its keys (docs/formats.md, "Case
// file").
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/calendar.h"
#include "crypto/seal/ids.h"
#include "desk/home.h"
#include "desk/report_keys.h"
#include "storage/database.h"

namespace sandyk::desk {

/// One of a report's members, as its packed form names it: `report.json`, `thread.json`, `files/a1`; and
/// `sealed`, the original as it came.
struct ContentItem {
  std::string name;
  crypto::ByteView bytes;
};

/// A code that a report has in a field of the vocabulary.
struct ReportCode {
  std::string field, code;
  bool operator==(const ReportCode&) const = default;
};

/// What the desk lists and searches without opening the report again.
struct Glance {
  std::string kind;  ///< of its thread.json, or `report`
  std::optional<crypto::Bytes> thread;
  std::string first;   ///< first lines
  std::string folded;  ///< all text, for the search
  std::int64_t letters = 0;
  std::int64_t files = 0;
  std::string happened;  ///< the date it names, as it wrote it; or empty
  std::string remarks;   ///< sentences
  std::vector<ReportCode> codes;
};

struct NewReport {
  crypto::ReportId id;
  crypto::Week week;
  crypto::EpochId epoch;
  crypto::Date epoch_date;
  bool is_cover = false;  ///< remembered by its id alone
  std::vector<ContentItem> content;
  Glance glance;
};

struct Found {
  std::int64_t n;
  crypto::ReportId id;
  std::string first;
};
struct Query {
  std::string words;
  std::vector<ReportCode> codes;  ///< each must be there
  std::size_t most = 100;
};

/// Sentences about what is wrong; empty when nothing is.
using Findings = std::vector<std::string>;

class CaseFile {
 public:
  static bool exists(const Home& home);
  /// Makes case.json, case.keys and case.db in the home; a case file that is there is a problem.
  [[nodiscard]] static tl::expected<CaseFile, Problem> create(const Home& home,
                                                              const crypto::SecretText& passphrase,
                                                              CaseCost cost);
  /// Unlocks, migrates and keeps others out as long as it is open.
  [[nodiscard]] static tl::expected<CaseFile, Problem> open(const Home& home,
                                                            const crypto::SecretText& passphrase);
  /// Another passphrase from now on. What was copied before, backups as well, opens with the old one.
  [[nodiscard]] static tl::expected<void, Problem> change_passphrase(const Home& home,
                                                                     const crypto::SecretText& from,
                                                                     const crypto::SecretText& to,
                                                                     CaseCost cost);
  CaseFile(CaseFile&&) noexcept = default;
  CaseFile& operator=(CaseFile&&) = delete;
  ~CaseFile();

  /// Whether a report is known: here, as cover, or deleted here.
  [[nodiscard]] tl::expected<bool, Problem> has(const crypto::ReportId& id);
  /// Adds reports as one: after a crash all are there or none.
  [[nodiscard]] tl::expected<void, Problem> add(const std::vector<NewReport>& reports, crypto::Date today);
  [[nodiscard]] tl::expected<std::int64_t, Problem> count();
  /// A member of a report; nothing when there is none, or its key was destroyed.
  [[nodiscard]] tl::expected<std::optional<crypto::WipedBytes>, Problem> content(std::int64_t n,
                                                                                 std::string_view name);
  [[nodiscard]] tl::expected<std::vector<Found>, Problem> find(const Query& query);
  /// Reports that are here and not in what is listed and searched: a backup that was restored has only such.
  [[nodiscard]] tl::expected<std::vector<std::int64_t>, Problem> unlisted();
  [[nodiscard]] tl::expected<void, Problem> list(std::int64_t n, const Glance& glance);
  /// Destroys the report's key, then what was made from its content; its id stays.
  [[nodiscard]] tl::expected<void, Problem> destroy(std::int64_t n, crypto::Date today,
                                                    const std::string& why);

  /// For what stands on the case file: conversations, casework. The reports' tables are written here alone.
  storage::Database& database() { return database_; }
  /// Seals one more item under the report's key, inside the caller's transaction; `failed` when the key is
  /// gone.
  [[nodiscard]] tl::expected<void, storage::DbFault> keep(std::int64_t n, const ContentItem& item);
  /// Logs who did what with a report, inside the caller's transaction.
  [[nodiscard]] tl::expected<void, storage::DbFault> note_custody(std::int64_t n, crypto::Date today,
                                                                  std::string_view act,
                                                                  std::string_view detail);

  /// Looks at every page, every row and every sealed part.
  [[nodiscard]] tl::expected<Findings, Problem> check(
      const std::function<void(std::size_t, std::size_t)>& progress);
  /// A copy without keys and without what is made from content in the clear; the newest three stay.
  [[nodiscard]] tl::expected<std::filesystem::path, Problem> back_up(crypto::Date today);

  /// The role that the chain of custody names from now on; never a person.
  void act_as(std::string role) { role_ = std::move(role); }
  const std::string& role() const { return role_; }
  /// The same, as a problem to pass on.
  [[nodiscard]] tl::expected<void, Problem> note(std::int64_t n, crypto::Date today, std::string_view act,
                                                 std::string_view detail);

 private:
  CaseFile(const Home& home, crypto::Fd lock, storage::Database database, ReportKeys keys)
      : home_(home), lock_(std::move(lock)), database_(std::move(database)), keys_(std::move(keys)) {}
  [[nodiscard]] static tl::expected<CaseFile, Problem> open_with(const Home& home, const CaseMaster& master);

  tl::expected<void, storage::DbFault> insert(const NewReport& report, std::int64_t n, crypto::Date today);
  tl::expected<void, storage::DbFault> insert_content(std::int64_t n, const ReportKey& key,
                                                      const ContentItem& item);
  tl::expected<void, storage::DbFault> insert_glance(std::int64_t n, const Glance& glance);
  tl::expected<void, storage::DbFault> erase(std::int64_t n, crypto::Date today, const std::string& why);
  tl::expected<void, storage::DbFault> check_content(
      Findings& findings, const std::function<void(std::size_t, std::size_t)>& progress);

  Home home_;
  crypto::Fd lock_;
  storage::Database database_;
  ReportKeys keys_;
  std::string role_ = "desk-1";
};

/// Whether a text can name a role: 1 to 32 of a-z, 0-9 and '-'.
bool is_role(std::string_view text);

/// A sentence about a fault of the case file's database.
std::string_view say(storage::DbFault fault);

/// The files of a case file in a home.
std::filesystem::path case_lock_file(const Home& home);
std::filesystem::path case_database(const Home& home);
std::filesystem::path case_keys(const Home& home);
std::filesystem::path case_backups(const Home& home);

}  // namespace sandyk::desk
