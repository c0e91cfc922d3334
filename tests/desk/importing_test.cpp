// Importing vaults, some of which an enemy wrote, through the real reader.
#include "desk/importing.h"

#include <gmock/gmock.h>
#include <sodium.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include "crypto/open/age/identity_file.h"
#include "crypto/open/receipt.h"
#include "crypto/seal/age/seal.h"
#include "desk/list_rebuilding.h"
#include "desk/withdrawals.h"
#include "report/packing.h"
#include "report/thread.h"
#include "storage/database.h"
#include "tests/storage/site.h"

namespace sandyk::desk {
namespace {

using report::ThreadKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

const crypto::Date day = *crypto::Date::parse("2026-11-23");

class ImportingTest : public storage::VaultTest {
 protected:
  ImportingTest() {
    for (std::size_t i = 0; i < site.identities.size(); ++i)
      recipients_.push_back(site.identities[i].recipient());
    std::filesystem::create_directories(home().organisation("org-1"));
    const auto file = crypto::age::write_identity_file(site.identities[0], passphrase(), 10);
    EXPECT_TRUE(file && crypto::write_file(home().identity("org-1", week), *file));
    case_.emplace(std::move(CaseFile::create(home(), passphrase(), {1, 1024}).value()));
  }

  static crypto::SecretText passphrase() {
    return crypto::SecretText(crypto::bytes_of("six invented words"));
  }
  Home home() const { return Home(folder.path / "home"); }

  crypto::Bytes seal(crypto::ByteView packed) const { return *crypto::age::seal(recipients_, packed); }
  crypto::Bytes report(std::string_view narrative, ThreadKind kind = ThreadKind::report,
                       std::vector<report::FileToPack> files = {}) const {
    const auto keys = crypto::derive_thread_keys(crypto::ReceiptCode::random(), site.root.verify_key());
    const report::Thread thread{keys.thread, crypto::ReplyKey::random(), keys.verify_key, kind, 1, 1,
                                std::nullopt};
    const std::string json = R"({"v":"1.0.0","lang":"ru","narrative":")" + std::string(narrative) +
                             R"(","what":["threat"],"danger":"now"})";
    crypto::Bytes packed;
    EXPECT_TRUE(report::pack(crypto::bytes_of(json), write_thread(thread), files, [&](crypto::ByteView part) {
      packed.insert(packed.end(), part.begin(), part.end());
      return true;
    }));
    return seal(packed);
  }

  /// A report or follow-up of a thread, signed as the reporter's programs do.
  crypto::Bytes in_thread(const crypto::ThreadKeys& keys, ThreadKind kind, std::string_view words,
                          std::string_view signed_words) const {
    const auto document = [](std::string_view text) {
      return R"({"v":"1.0.0","narrative":")" + std::string(text) + R"("})";
    };
    const crypto::Bytes file(700, 7);
    const auto hash = crypto::sha256(crypto::bytes_of(document(signed_words)));
    const crypto::Digest files[] = {crypto::sha256(file)};
    report::Thread thread{
        keys.thread,
        crypto::ReplyKey::make([&](auto out) { std::ranges::copy(keys.reply_key.expose(), out.begin()); }),
        keys.verify_key,
        kind,
        1,
        1,
        {},
        {}};
    if (kind != ThreadKind::report)
      thread.signature = keys.sign(report::signing_message(kind, keys.thread, hash, files));
    crypto::Bytes packed;
    const std::string json = document(words);
    EXPECT_TRUE(report::pack(crypto::bytes_of(json), write_thread(thread),
                             std::vector<report::FileToPack>{{"a1", file}}, [&](crypto::ByteView part) {
                               packed.insert(packed.end(), part.begin(), part.end());
                               return true;
                             }));
    return seal(packed);
  }

  /// Stores sealed reports as the server does, and closes the epoch.
  void store(const std::vector<crypto::Bytes>& sealed) {
    auto server = open_vault(day);
    for (const auto& bytes : sealed)
      ASSERT_TRUE(server->put(crypto::report_id(bytes), week, storage::SealedBody(bytes)));
  }
  /// What the server can do to an epoch whose key it has.
  void change(const std::filesystem::path& epoch, const std::string& sql) {
    auto db =
        storage::Database::open(epoch / "reports.db", key_of(epoch), storage::Database::Access::write, 1024);
    ASSERT_TRUE(db);
    ASSERT_TRUE(db->run(sql));
    ASSERT_TRUE(db->run("PRAGMA journal_mode = DELETE"));
  }

  ImportSummary bring() {
    Identities identities(home(), "", passphrase());
    auto summary = import_vault({vault, SANDYK_DESK, day}, identities, *case_, [](auto, auto) {});
    EXPECT_TRUE(summary) << summary.error().say;
    return summary ? *summary : ImportSummary();
  }
  DayCounts counts() { return bring().days[day]; }

  std::vector<crypto::age::HybridRecipient> recipients_;
  std::optional<CaseFile> case_;
};

TEST_F(ImportingTest, BringsEveryReportOnce) {
  const crypto::Bytes picture(300'000, 7);
  store({report("Ёлка"), report("другое", ThreadKind::report, {{"a1", picture}}),
         report("", ThreadKind::cover)});
  auto summary = bring();
  EXPECT_EQ(summary.days[day].fresh, 2U);
  EXPECT_EQ(summary.days[day].cover, 1U);
  EXPECT_THAT(summary.passed_over, IsEmpty());
  ASSERT_THAT(summary.opened_epochs, SizeIs(1));
  EXPECT_TRUE(summary.opened_epochs[0].is_complete);
  EXPECT_EQ(summary.exit_code(), crypto::exit_done);

  const auto found = case_->find({"елка", {{"what", "threat"}}, 10}).value();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].first, "Ёлка");
  EXPECT_THAT(std::string(crypto::text_of(*case_->content(found[0].n, "report.json").value())),
              HasSubstr("Ёлка"));
  EXPECT_EQ(crypto::report_id(*case_->content(found[0].n, "sealed").value()), found[0].id);
  const auto other = case_->find({"другое", {}, 10}).value().at(0).n;
  EXPECT_TRUE(std::ranges::equal(*case_->content(other, "files/a1").value(), picture));

  const auto again = counts();
  EXPECT_EQ(again.fresh, 0U);
  EXPECT_EQ(again.duplicate, 3U);
  EXPECT_EQ(case_->count().value(), 2);
}

TEST_F(ImportingTest, GoesOnAfterWhatNobodyCanRead) {
  const crypto::Bytes noise(16 * 1024, 9);
  crypto::Bytes changed = report("changed");
  changed.back() ^= 1;
  store({report("good"), seal(noise), changed});
  auto summary = bring();
  EXPECT_EQ(summary.days[day].fresh, 1U);
  EXPECT_EQ(summary.days[day].damaged, 2U);
  EXPECT_FALSE(summary.opened_epochs.at(0).is_complete);
  EXPECT_EQ(summary.exit_code(), crypto::exit_partly_done);
}

TEST_F(ImportingTest, NamesTheWeekWhoseKeyIsMissing) {
  store({report("good")});
  std::filesystem::remove(home().identity("org-1", week));
  auto summary = bring();
  EXPECT_EQ(summary.days[day].needs_key[week], 1U);
  EXPECT_THAT(summary.opened_epochs, IsEmpty());
  EXPECT_EQ(summary.exit_code(), crypto::exit_no_key);
}

TEST_F(ImportingTest, IsNotMisledByAHostileSchema) {
  store({report("good")});
  const auto epoch = epochs().at(0);
  change(
      epoch,
      "ALTER TABLE reports RENAME TO r; CREATE VIEW reports AS SELECT n, id, kind, size, load_extension('x') "
      "AS week FROM r");
  const auto summary = bring();
  EXPECT_EQ(case_->count().value(), 0);
  EXPECT_THAT(summary.passed_over.at(0).why, HasSubstr("not one this version can read"));
}

TEST_F(ImportingTest, IsNotMisledByGiantRows) {
  store({report("good")});
  const auto epoch = epochs().at(0);
  change(epoch, "UPDATE parts SET bytes = zeroblob(50000000)");
  change(epoch, "INSERT INTO reports VALUES(900, randomblob(32), 'report', 9223372036854775807, '2026-W48')");
  const DayCounts got = counts();
  EXPECT_EQ(got.fresh, 0U);
  EXPECT_EQ(got.damaged, 2U);
}

/// Pages that the enemy, who has the key, wrote by hand: their HMACs are good and their trees are not.
TEST_F(ImportingTest, SurvivesPagesThatAreNoPages) {
  std::vector<crypto::Bytes> reports;
  for (int i = 0; i < 20; ++i) reports.push_back(report("number " + std::to_string(i)));
  store(reports);
  const auto epoch = epochs().at(0);
  change(epoch,
         "PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = 3 WHERE name = 'parts'; PRAGMA "
         "writable_schema = OFF");
  const DayCounts got = counts();
  EXPECT_LT(got.fresh, 20U);
  EXPECT_GE(got.damaged, 1U);
  EXPECT_THAT(case_->check([](auto, auto) {}).value(), IsEmpty());
}

TEST_F(ImportingTest, HearsAThreadAndNobodyElse) {
  const auto keys = crypto::derive_thread_keys(crypto::ReceiptCode::random(), site.root.verify_key());
  store(
      {in_thread(keys, ThreadKind::report, "one", ""), in_thread(keys, ThreadKind::followup, "two", "two")});
  EXPECT_THAT(bring().followups, SizeIs(1));
  const auto n = case_->find({"one", {}, 1}).value().at(0).n;
  ASSERT_TRUE(write_answer(*case_, n, "org-1", crypto::bytes_of("an answer"), day));
  store({in_thread(keys, ThreadKind::followup, "three", "another text was signed"),
         in_thread(keys, ThreadKind::withdraw, "four", "four")});
  bring();
  const auto found = conversation_of(*case_, n).value();
  ASSERT_TRUE(found);
  std::map<std::string, bool> ours;
  for (const HeardReport& heard : found->heard) ours[heard.first] = heard.is_ours;
  EXPECT_THAT(ours,
              ElementsAre(Pair("four", true), Pair("one", true), Pair("three", false), Pair("two", true)));
  EXPECT_THAT(found->answers, SizeIs(1));
  EXPECT_TRUE(same(found->reply_key, keys.reply_key));
  const auto waiting = withdrawals(*case_).value();
  ASSERT_THAT(waiting, SizeIs(1));
  EXPECT_THAT(waiting[0].reaches, SizeIs(3));
}

/// A backup leaves out what is made from content: the reader makes it again.
TEST_F(ImportingTest, ListsAgainWhatABackupLeftOut) {
  const crypto::Bytes picture(3000, 7);
  store({report("Ёлка", ThreadKind::report, {{"a1", picture}}), report("другое")});
  bring();
  const auto backup = case_->back_up(day).value();
  case_.reset();
  std::filesystem::copy_file(backup, case_database(home()),
                             std::filesystem::copy_options::overwrite_existing);
  case_.emplace(std::move(CaseFile::open(home(), passphrase()).value()));
  EXPECT_THAT(case_->find({"елка", {}, 10}).value(), IsEmpty());
  EXPECT_THAT(case_->check([](auto, auto) {}).value(), ElementsAre(HasSubstr("case rebuild")));
  const auto done = rebuild_lists(*case_, SANDYK_DESK, [](auto, auto) {});
  ASSERT_TRUE(done);
  EXPECT_EQ(done->listed, 2U);
  EXPECT_EQ(done->unreadable, 0U);
  EXPECT_THAT(case_->find({"елка", {{"what", "threat"}}, 10}).value(), SizeIs(1));
  EXPECT_THAT(case_->check([](auto, auto) {}).value(), IsEmpty());
}

TEST_F(ImportingTest, LeavesNothingInTheClear) {
  store({report("FICTIONALMARKER")});
  bring();
  case_.reset();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(bytes.find("FICTIONALMARKER"), std::string::npos) << entry.path();
    EXPECT_EQ(bytes.find("fictionalmarker"), std::string::npos) << entry.path();
  }
}

TEST_F(ImportingTest, StartsNothingThatIsNoReader) {
  store({report("good")});
  Identities identities(home(), "", passphrase());
  const auto summary = import_vault({vault, "/bin/true", day}, identities, *case_, [](auto, auto) {});
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->days.at(day).fresh, 0U);
  EXPECT_THAT(summary->passed_over.at(0).why, HasSubstr("the reader stopped"));
}

}  // namespace
}  // namespace sandyk::desk
