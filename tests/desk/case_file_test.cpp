#include "desk/case_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sodium.h>

#include <fstream>
#include <iterator>

#include "desk/case_schema.h"
#include "storage/folder.h"

namespace sandyk::desk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr CaseCost light{1, 1024};
const crypto::Date today = *crypto::Date::parse("2026-11-24");

crypto::SecretText passphrase(std::string_view words = "six invented words") {
  return crypto::SecretText(crypto::bytes_of(words));
}

crypto::ReportId id(std::uint8_t number) {
  return crypto::report_id(crypto::Bytes{number});
}

class CaseFileTest : public ::testing::Test {
 protected:
  CaseFileTest() {
    std::string name = "/tmp/sandyk-case-XXXXXX";
    folder = ::mkdtemp(name.data());
  }
  ~CaseFileTest() override { std::filesystem::remove_all(folder); }

  CaseFile make() const { return std::move(CaseFile::create(home(), passphrase(), light).value()); }
  CaseFile open() const { return std::move(CaseFile::open(home(), passphrase()).value()); }
  Home home() const { return Home(folder / "home"); }

  static NewReport report(std::uint8_t number, std::string_view text, std::string_view folded) {
    const crypto::Week week{today};
    return {id(number),
            week,
            *crypto::EpochId::parse(std::string(32, 'a')),
            today,
            false,
            {{"report.json", crypto::bytes_of(text)}},
            {"report", {}, std::string(text), std::string(folded), 3, 0, "", "", {{"families", "threat"}}}};
  }
  std::string bytes_of_home(const std::string& name) const {
    std::ifstream file(home().folder() / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::filesystem::path folder;
};

TEST_F(CaseFileTest, KeepsReportsAndKnowsThem) {
  {
    auto file = make();
    ASSERT_TRUE(file.add({report(1, "Ёлка.", "елка"), report(2, "другое", "другое")}, today));
  }
  auto file = open();
  EXPECT_EQ(file.count().value(), 2);
  EXPECT_TRUE(file.has(id(1)).value());
  EXPECT_FALSE(file.has(id(3)).value());
  EXPECT_EQ(crypto::text_of(*file.content(1, "report.json").value()), "Ёлка.");
  EXPECT_FALSE(file.content(1, "thread.json").value());
  EXPECT_FALSE(file.content(7, "report.json").value());
}

TEST_F(CaseFileTest, KeepsLargeContentInParts) {
  auto file = make();
  crypto::Bytes large(600'000);
  randombytes_buf(large.data(), large.size());
  auto one = report(1, "text", "text");
  one.content.push_back({"files/a1", large});
  one.content.push_back({"files/a2", {}});
  ASSERT_TRUE(file.add({one}, today));
  EXPECT_TRUE(std::ranges::equal(*file.content(1, "files/a1").value(), large));
  EXPECT_TRUE(file.content(1, "files/a2").value()->empty());
}

TEST_F(CaseFileTest, AddsAllOrNothing) {
  auto file = make();
  EXPECT_FALSE(file.add({report(1, "a", "a"), report(1, "a", "a")}, today));
  EXPECT_EQ(file.count().value(), 0);
  EXPECT_TRUE(file.add({report(1, "a", "a")}, today));
}

TEST_F(CaseFileTest, SaysInPlainWordsThatThePassphraseIsWrong) {
  make();
  const auto opened = CaseFile::open(home(), passphrase("other words"));
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().say, HasSubstr("not the passphrase of the case file"));
  EXPECT_EQ(opened.error().exit, crypto::exit_no_key);
}

TEST_F(CaseFileTest, IsOpenInOneProgramAtATime) {
  const auto file = make();
  EXPECT_THAT(CaseFile::open(home(), passphrase()).error().say, HasSubstr("another sandyk-desk"));
}

TEST_F(CaseFileTest, IsNotMadeOverAnother) {
  make();
  EXPECT_FALSE(CaseFile::create(home(), passphrase(), light));
}

TEST_F(CaseFileTest, FindsByFoldedWordsAndCodes) {
  auto file = make();
  ASSERT_TRUE(file.add({report(1, "Ёлка", "елка под окном"), report(2, "x", "елки нет")}, today));
  const auto found = file.find({"ЁЛК окн", {}, 10}).value();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].n, 1);
  EXPECT_EQ(file.find({"елк", {}, 10}).value().size(), 2U);
  EXPECT_EQ(file.find({"елк", {}, 1}).value().size(), 1U);
  EXPECT_EQ(file.find({"елк", {{"families", "threat"}}, 10}).value().size(), 2U);
  EXPECT_THAT(file.find({"", {{"families", "physical"}}, 10}).value(), IsEmpty());
  EXPECT_THAT(file.find({"\" OR 1", {}, 10}).value(), IsEmpty());
}

TEST_F(CaseFileTest, HoldsNothingInTheClear) {
  {
    auto file = make();
    ASSERT_TRUE(file.add({report(1, "FICTIONALMARKER", "fictionalmarker")}, today));
    ASSERT_TRUE(file.back_up(today));
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator(home().folder())) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    EXPECT_THAT(bytes, Not(HasSubstr("FICTIONALMARKER"))) << entry.path();
    EXPECT_THAT(bytes, Not(HasSubstr("SQLite format"))) << entry.path();
  }
}

TEST_F(CaseFileTest, KeepsThreeBackups) {
  auto file = make();
  std::filesystem::path first = file.back_up(today).value(), last;
  for (int i = 0; i < 4; ++i) last = file.back_up(today).value();
  EXPECT_FALSE(std::filesystem::exists(first));
  EXPECT_TRUE(std::filesystem::exists(last));
  EXPECT_EQ(storage::names_in(case_backups(home())).size(), 6U);  // a database and its case.json each
}

/// Deleting a report reaches the backups: they hold its sealed content, and nothing that opens or tells it.
TEST_F(CaseFileTest, ADeletedReportIsGoneFromItsBackupsToo) {
  const auto backup = [&] {
    auto file = make();
    EXPECT_TRUE(file.add({report(1, "secret", "secret"), report(2, "other", "other")}, today));
    auto path = file.back_up(today).value();
    EXPECT_TRUE(file.destroy(1, today, "asked for"));
    EXPECT_FALSE(file.content(1, "report.json").value());
    EXPECT_THAT(file.find({"secret", {}, 10}).value(), IsEmpty());
    EXPECT_TRUE(file.has(id(1)).value());
    EXPECT_THAT(file.check([](auto, auto) {}).value(), IsEmpty());
    return path;
  }();
  std::filesystem::copy_file(backup, case_database(home()),
                             std::filesystem::copy_options::overwrite_existing);
  auto restored = open();
  EXPECT_EQ(restored.count().value(), 2);
  EXPECT_FALSE(restored.content(1, "report.json").value());
  EXPECT_EQ(crypto::text_of(*restored.content(2, "report.json").value()), "other");
  EXPECT_THAT(restored.find({"secret", {}, 10}).value(), IsEmpty());
  EXPECT_THAT(restored.unlisted().value(), ElementsAre(1, 2));
}

TEST_F(CaseFileTest, FindsDamage) {
  {
    auto file = make();
    std::vector<NewReport> reports;
    for (std::uint8_t i = 0; i < 40; ++i) reports.push_back(report(i, "text", "text"));
    ASSERT_TRUE(file.add(reports, today));
    EXPECT_THAT(file.check([](auto, auto) {}).value(), IsEmpty());
  }
  auto keys = crypto::read_file(case_keys(home()), 1 << 20).value();
  keys.at(64 + 72 * 5 + 30) ^= 1;
  ASSERT_TRUE(crypto::write_file(case_keys(home()), keys));
  EXPECT_THAT(open().check([](auto, auto) {}).value(), ElementsAre(HasSubstr("report 6: its key")));
  auto database = crypto::read_file(case_database(home()), 1 << 26).value();
  database.at(database.size() - 5000) ^= 1;
  ASSERT_TRUE(crypto::write_file(case_database(home()), database));
  EXPECT_THAT(open().check([](auto, auto) {}).value(), Not(IsEmpty()));
}

TEST_F(CaseFileTest, RefusesOneOfANewerProgram) {
  make();
  const auto bytes = crypto::read_file(case_lock_file(home()), 4096).value();
  const auto master = CaseLock::parse(bytes)->unlock(passphrase()).value();
  {
    auto db = storage::Database::open(case_database(home()), database_key(master),
                                      storage::Database::Access::write, 1024)
                  .value();
    ASSERT_TRUE(db.run("PRAGMA user_version = 1000"));
  }
  EXPECT_THAT(CaseFile::open(home(), passphrase()).error().say, HasSubstr("newer sandyk-desk"));
}

TEST_F(CaseFileTest, TakesAnotherPassphrase) {
  {
    auto file = make();
    ASSERT_TRUE(file.add({report(1, "text", "text")}, today));
    EXPECT_THAT(
        CaseFile::change_passphrase(home(), passphrase(), passphrase("other words"), light).error().say,
        HasSubstr("open in another"));
  }
  EXPECT_THAT(
      CaseFile::change_passphrase(home(), passphrase("wrong words"), passphrase("x"), light).error().say,
      HasSubstr("not the passphrase"));
  ASSERT_TRUE(CaseFile::change_passphrase(home(), passphrase(), passphrase("other words"), light));
  EXPECT_THAT(CaseFile::open(home(), passphrase()).error().say, HasSubstr("not the passphrase"));
  EXPECT_TRUE(CaseFile::open(home(), passphrase("other words"))->content(1, "report.json").value());
}

/// What the first version wrote, to the letter: every later one must take it over with all that is in it.
TEST_F(CaseFileTest, TakesOverWhatTheFirstVersionWrote) {
  make();
  const auto bytes = crypto::read_file(case_lock_file(home()), 4096).value();
  const auto master = CaseLock::parse(bytes)->unlock(passphrase()).value();
  std::filesystem::remove(case_database(home()));
  ASSERT_TRUE(crypto::write_file(case_database(home()), {}));
  const auto raw = [&] {
    return storage::Database::open(case_database(home()), database_key(master),
                                   storage::Database::Access::write, 1024)
        .value();
  };
  {
    auto db = raw();
    ASSERT_TRUE(db.run(R"(
CREATE TABLE reports(
  n INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  week TEXT NOT NULL,
  epoch BLOB NOT NULL,
  epoch_date TEXT NOT NULL,
  imported TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('here', 'cover', 'deleted')));
CREATE TABLE content(
  n INTEGER PRIMARY KEY,
  report INTEGER NOT NULL REFERENCES reports(n),
  name TEXT NOT NULL,
  part INTEGER NOT NULL,
  is_last INTEGER NOT NULL,
  bytes BLOB NOT NULL);
CREATE TABLE custody(
  n INTEGER PRIMARY KEY,
  report INTEGER NOT NULL REFERENCES reports(n),
  day TEXT NOT NULL,
  act TEXT NOT NULL,
  detail TEXT NOT NULL);
INSERT INTO reports VALUES(7, randomblob(32), '2026-W48', randomblob(16), '2026-11-23', '2026-11-24', 'here');
INSERT INTO custody VALUES(1, 7, '2026-11-24', 'imported', 'long ago');
PRAGMA application_id = 1396984643; PRAGMA user_version = 1)"));
  }
  EXPECT_EQ(open().count().value(), 1);
  EXPECT_THAT(open().unlisted().value(), ElementsAre(7));
  auto db = raw();
  EXPECT_EQ(db.ask_integer("PRAGMA user_version").value(), newest_schema());
  EXPECT_EQ(db.ask_text("SELECT detail FROM custody WHERE report = 7").value(), "long ago");
}

}  // namespace
}  // namespace sandyk::desk
