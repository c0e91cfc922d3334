#include "tests/audit/built_vault.h"

#include <memory>
#include <stdexcept>

#include "crypto/seal/hold.h"
#include "storage/clock_guard.h"
#include "storage/daily_round.h"
#include "storage/layout.h"
#include "storage/receipts.h"
#include "storage/signed_file.h"

namespace sandyk::audit {
namespace {

namespace fs = std::filesystem;
namespace layout = storage::layout;

void put(const fs::path& file, const std::string& json, const std::string& signature) {
  fs::create_directories(file.parent_path());
  if (!storage::write_signed(file, crypto::bytes_of(json), crypto::bytes_of(signature)))
    throw std::runtime_error("cannot write " + file.string());
}

const crypto::EpochId none({});

}  // namespace

const BuiltVault& BuiltVault::the() {
  static const BuiltVault built;
  return built;
}

BuiltVault::BuiltVault() : imported(none), unread(none), held(none), waiting(none) {
  imported = epoch_on("2026-11-23");
  put_policy(vault, first_policy());
  round_on("2026-11-23");
  for (const char* organisation : {"org-1", "org-2"})
    put_receipt(vault, imported, organisation, "2026-11-24");
  unread = epoch_on("2026-11-24");
  round_on("2026-11-24");
  held = epoch_on("2026-11-25");
  round_on("2026-11-25");
  put_policy(vault, second_policy());
  waiting = epoch_on("2026-11-27");
  round_on("2026-11-27");
  for (const auto& epoch : {held, waiting}) put_receipt(vault, epoch, "org-2", "2026-12-01");
  round_on("2026-11-30");  // after every import, and min_days: `imported` goes
  round_on("2026-12-24");  // keep_days: `unread` goes
  put_statement(vault, statement_of("org-1", "2026-12-26"));
  put_statement(vault, statement_of("org-2", "2026-12-26"));
  round_on("2026-12-26");
}

crypto::EpochId BuiltVault::epoch_on(const char* date) {
  std::set<fs::path> before;
  if (fs::exists(vault / "epochs"))
    for (const auto& epoch : epochs()) before.insert(epoch);
  {
    auto v = open_vault(day(date));
    const auto report = storage::sample();
    if (!v->put(report.id, week, report.body())) throw std::runtime_error("cannot store");
  }
  for (const auto& epoch : epochs())
    if (!before.contains(epoch)) return storage::read_epoch_info(epoch).value().id;
  throw std::runtime_error("no epoch was begun");
}

std::vector<std::string> BuiltVault::round_on(const char* date) {
  if (!storage::confirm_day(vault, day(date))) throw std::runtime_error("no clock");
  storage::DailyRound round(vault, std::make_shared<crypto::LogKey>(log_key()),
                            {"0.1.0",
                             crypto::sha256(crypto::bytes_of("program")),
                             {{"ru", crypto::sha256(crypto::bytes_of("page"))}}});
  return round.run(storage::KeyringSet::read(vault / layout::keyring, root()),
                   storage::PolicySet::read(vault / layout::policy, root()), day(date));
}

crypto::PolicyContent BuiltVault::policy(std::uint64_t serial) const {
  auto content = sandyk::testing::policy_content(site, serial);
  content.log_key = log_key().vkey();
  content.officers = {officer.verify_key()};
  return content;
}

crypto::PolicyContent BuiltVault::first_policy() const {
  return policy(1);
}

crypto::PolicyContent BuiltVault::second_policy() const {
  auto content = policy(2);
  content.not_before = day("2026-11-26");
  content.previous = crypto::sha256(crypto::bytes_of(crypto::write_policy(first_policy())));
  crypto::Hold hold{"case-1", {held}, "court", day("2027-01-31"), day("2027-01-15"), {}};
  const std::string text = crypto::hold_text(name(), hold);
  for (const crypto::SigningKey* key : {&site.desk, &officer})
    hold.signed_by.push_back(sandyk::testing::approval(*key, text, name(), "2027-01-31"));
  content.holds = {hold};
  return content;
}

void BuiltVault::put_policy(const fs::path& where, const crypto::PolicyContent& content) const {
  const auto policy = sandyk::testing::sign_policy(site, content);
  put(where / layout::policy / (std::to_string(content.serial) + ".json"), policy.json, policy.signature);
}

void BuiltVault::put_receipt(const fs::path& where, const crypto::EpochId& epoch,
                             const std::string& organisation, const char* date) const {
  const auto mark = storage::read_mark(where / layout::epochs / epoch.hex()).value();
  const crypto::ImportReceipt receipt{name(), organisation, epoch, mark.database, *mark.key, true, day(date)};
  const std::string json = crypto::write_import_receipt(receipt);
  put(storage::receipt_file(where, epoch, organisation), json,
      site.desk.sign(crypto::bytes_of(json), crypto::SignedKind::import_receipt, name(), date));
}

crypto::KeyDestroyed BuiltVault::statement_of(const std::string& organisation, const char* date) const {
  const auto& identity = site.identities[organisation == "org-1" ? 0 : 1];
  crypto::KeyDestroyed statement{name(),    organisation,
                                 week,      crypto::sha256(crypto::bytes_of(identity.recipient().text())),
                                 day(date), {}};
  if (organisation == "org-2") return statement;
  crypto::UnreadConsent consent{{held, waiting}, {}};  // of these it has no receipt
  std::sort(consent.epochs.begin(), consent.epochs.end());
  const std::string text = crypto::unread_text(name(), organisation, week, consent.epochs);
  for (const crypto::SigningKey* key : {&site.desk, &officer})
    consent.signed_by.push_back(sandyk::testing::approval(*key, text, name(), week.text()));
  statement.unread = consent;
  return statement;
}

void BuiltVault::put_statement(const fs::path& where, const crypto::KeyDestroyed& statement) const {
  const std::string json = crypto::write_key_destroyed(statement);
  put(where / layout::statements / (statement.week.text() + "." + statement.organisation + ".json"), json,
      site.desk.sign(crypto::bytes_of(json), crypto::SignedKind::statement, name(), statement.date.text()));
}

Check AuditTest::check(const std::string& words, bool is_remote) const {
  std::optional<Check> found;
  for (Check& one : checks(is_remote)) {
    if (one.what.find(words) == std::string::npos) continue;
    if (found) throw std::runtime_error("two checks say " + words);
    found = std::move(one);
  }
  if (!found) throw std::runtime_error("no check says " + words);
  return *found;
}

std::vector<std::string> AuditTest::failing() const {
  std::vector<std::string> lines;
  for (const Check& one : checks())
    for (const std::string& failure : one.failures) lines.push_back(one.what + ": " + failure);
  return lines;
}

void AuditTest::spoil(const fs::path& file) {
  auto bytes = crypto::read_file(file, 1U << 30).value();
  bytes[bytes.size() / 2] ^= 1;
  ASSERT_TRUE(crypto::write_file(file, bytes));
}

void AuditTest::replace_in(const fs::path& file, const std::string& from, const std::string& to) {
  std::string text(crypto::text_of(crypto::read_file(file, 1U << 20).value()));
  const auto at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from;
  ASSERT_TRUE(crypto::write_file(file, crypto::bytes_of(text.replace(at, from.size(), to))));
}

void AuditTest::log(std::vector<std::pair<std::string, storage::LogEntry::Values>> entries,
                    const char* date) const {
  auto opened = storage::AuditLog::open(vault / layout::log, built.log_key(), day(date));
  std::vector<storage::LogEntry> made;
  for (auto& [type, values] : entries) {
    values.emplace("date", date);
    made.push_back(storage::LogEntry::make(type, values).value());
  }
  ASSERT_TRUE(opened.log.append(made));
  ASSERT_TRUE(opened.log.publish(day(date)));
}

void AuditTest::rewrite_log(
    const std::function<std::optional<storage::LogEntry>(const storage::LogEntry&)>& change) const {
  auto old = storage::AuditLog::open(vault / layout::log, built.log_key(), built.last_day);
  std::vector<storage::LogEntry> changed;
  for (const storage::LogEntry& entry : old.entries)
    if (auto other = change(entry)) changed.push_back(std::move(*other));
  fs::remove_all(vault / layout::log);
  auto made = storage::AuditLog::open(vault / layout::log, built.log_key(), built.last_day);
  ASSERT_TRUE(made.log.append(changed));
  ASSERT_TRUE(made.log.publish(built.last_day));
}

}  // namespace sandyk::audit
