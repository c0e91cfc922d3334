// The day's round over a real vault: what is deleted, what stays, and what is said.
#include "storage/retention_run.h"

#include <gmock/gmock.h>

#include "storage/clock_guard.h"
#include "storage/epoch_files.h"
#include "storage/holds.h"
#include "storage/layout.h"
#include "storage/receipts.h"
#include "storage/signed_file.h"
#include "storage/tombstone.h"
#include "tests/storage/site.h"
#include "tests/support/approvals.h"
#include "tests/support/policies.h"

namespace sandyk::storage {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class RetentionRun : public VaultTest {
 protected:
  const std::string site_name = site.root.verify_key().site();

  crypto::PolicyContent terms() const { return sandyk::testing::policy_content(site); }
  void put_policy(const crypto::PolicyContent& content) {
    const auto policy = sandyk::testing::sign_policy(site, content);
    std::filesystem::create_directory(vault / layout::policy);
    ASSERT_TRUE(write_signed(vault / layout::policy / (std::to_string(content.serial) + ".json"),
                             crypto::bytes_of(policy.json), crypto::bytes_of(policy.signature)));
  }
  /// A hold of `epoch` that two people approved.
  crypto::Hold hold_of(const std::filesystem::path& epoch, const char* until, const char* review_by,
                       const crypto::SigningKey& other) const {
    crypto::Hold hold{"case-1", {read_epoch_info(epoch)->id}, "court", day(until), day(review_by), {}};
    const std::string text = crypto::hold_text(site_name, hold);
    for (const crypto::SigningKey* key : {&site.desk, &other})
      hold.signed_by.push_back(sandyk::testing::approval(*key, text, site_name, until));
    return hold;
  }
  /// A receipt as the desk signs it; `change` makes a wrong one of it.
  void put_receipt(
      const std::filesystem::path& epoch, const std::string& organisation, const char* date,
      const std::function<void(crypto::ImportReceipt&)>& change = [](auto&) {}) {
    const auto info = read_epoch_info(epoch).value();
    const auto mark = read_mark(epoch).value();
    crypto::ImportReceipt receipt{site_name, organisation, info.id,  mark.database,
                                  *mark.key, true,         day(date)};
    change(receipt);
    const std::string json = crypto::write_import_receipt(receipt);
    const std::string signature = site.desk.sign(crypto::bytes_of(json), crypto::SignedKind::import_receipt,
                                                 site_name, receipt.date.text());
    std::filesystem::create_directory(vault / layout::receipts);
    ASSERT_TRUE(write_signed(receipt_file(vault, info.id, organisation), crypto::bytes_of(json),
                             crypto::bytes_of(signature)));
  }
  std::filesystem::path closed_epoch() {
    { auto v = open_vault(); }
    return epochs().front();
  }
  std::vector<std::string> run(const char* today, std::chrono::days allowed = std::chrono::days(400)) {
    return run_retention(vault, KeyringSet::read(vault / layout::keyring, site.root.verify_key()),
                         PolicySet::read(vault / layout::policy, site.root.verify_key()), day(today),
                         allowed);
  }
  static bool is_there(const std::filesystem::path& epoch) { return std::filesystem::exists(epoch); }
};

TEST_F(RetentionRun, DeletesNothingWithoutAPolicy) {
  const auto epoch = closed_epoch();
  EXPECT_THAT(run("2027-10-01"), Contains(HasSubstr("No retention policy is in force")));
  EXPECT_TRUE(is_there(epoch));
  auto later = terms();
  later.not_before = day("2027-10-02");
  put_policy(later);
  EXPECT_THAT(run("2027-10-01"), Contains(HasSubstr("No retention policy is in force")));
  EXPECT_TRUE(is_there(epoch));
}

TEST_F(RetentionRun, DeletesAnUnreadEpochOnItsLastDayAndAnnouncesItBefore) {
  const auto epoch = closed_epoch();
  put_policy(terms());
  EXPECT_THAT(run("2026-12-22"), Contains(HasSubstr("On 2026-12-23 an epoch is deleted")));
  EXPECT_TRUE(is_there(epoch));
  EXPECT_THAT(run("2026-12-23"), Contains(HasSubstr("without every organisation's receipt")));
  EXPECT_FALSE(is_there(epoch));
  const auto stones = read_tombstones(vault);
  ASSERT_EQ(stones.size(), 1U);
  EXPECT_EQ(stones[0].reason, GoesFor::unread);
  EXPECT_EQ(stones[0].begun, monday);
  EXPECT_EQ(stones[0].date, day("2026-12-23"));
  EXPECT_EQ(stones[0].policy_serial, 1U);
}

TEST_F(RetentionRun, DeletesEarlierOnlyWithCompleteReceiptsOfAll) {
  const auto epoch = closed_epoch();
  put_policy(terms());
  put_receipt(epoch, "org-1", "2026-11-25");
  put_receipt(epoch, "org-2", "2026-11-25");
  run("2026-11-29");
  EXPECT_TRUE(is_there(epoch));  // min_days
  const auto second = receipt_file(vault, read_epoch_info(epoch)->id, "org-2");
  std::filesystem::rename(second, second.string() + ".away");
  run("2026-12-01");
  EXPECT_TRUE(is_there(epoch));
  std::filesystem::rename(second.string() + ".away", second);
  EXPECT_THAT(run("2026-12-02"), Contains(HasSubstr("every organisation has imported it")));
  EXPECT_FALSE(is_there(epoch));
  EXPECT_EQ(read_tombstones(vault).at(0).receipts.size(), 2U);
}

TEST_F(RetentionRun, CountsNoReceiptThatIsNotWholeNotOfThisEpochOrNotSigned) {
  const auto epoch = closed_epoch();
  put_policy(terms());
  put_receipt(epoch, "org-1", "2026-11-25");
  const auto other = crypto::sha256(crypto::bytes_of("other"));
  const std::vector<std::function<void(crypto::ImportReceipt&)>> changes = {
      [](auto& r) { r.is_complete = false; }, [&](auto& r) { r.database = other; },
      [&](auto& r) { r.key = other; }, [](auto& r) { r.epoch = crypto::random_epoch_id(); }};
  for (const auto& change : changes) {
    put_receipt(epoch, "org-2", "2026-11-25", change);
    run("2026-12-22");
    ASSERT_TRUE(is_there(epoch)) << &change - changes.data();
  }
  put_receipt(epoch, "org-2", "2026-11-25");
  const auto file = receipt_file(vault, read_epoch_info(epoch)->id, "org-2");
  auto json = crypto::read_file(file, 4096).value();
  json.push_back(' ');
  ASSERT_TRUE(crypto::write_file(file, json));
  run("2026-12-22");
  EXPECT_TRUE(is_there(epoch));
}

TEST_F(RetentionRun, LeavesAHeldEpochToTheEndOfTheHold) {
  const auto epoch = closed_epoch();
  const auto officer = crypto::SigningKey::generate();
  auto content = terms();
  content.officers = {officer.verify_key()};
  content.holds = {hold_of(epoch, "2027-01-31", "2027-01-15", officer)};
  put_policy(content);
  EXPECT_THAT(run("2027-01-31"), Contains(HasSubstr("The hold case-1 was to be reviewed by 2027-01-15")));
  EXPECT_TRUE(is_there(epoch));
  run("2027-02-01");
  EXPECT_FALSE(is_there(epoch));
}

TEST_F(RetentionRun, IgnoresAHoldThatTwoPeopleDidNotApprove) {
  const auto stranger = crypto::SigningKey::generate();
  const auto epoch = closed_epoch();
  auto content = terms();
  content.holds = {hold_of(epoch, "2027-01-31", "2027-01-15", stranger)};
  put_policy(content);
  EXPECT_THAT(run("2027-01-31"), Contains(HasSubstr("two people did not approve, and that do not count: 1")));
  EXPECT_FALSE(is_there(epoch));
}

TEST_F(RetentionRun, StopsWhenTheClockJumpsUntilTheDayIsConfirmed) {
  const auto epoch = closed_epoch();
  put_policy(terms());
  run("2026-11-24", longest_pause);
  EXPECT_THAT(run("2028-01-01", longest_pause), Contains(HasSubstr("The clock jumped ahead")));
  EXPECT_TRUE(is_there(epoch));
  EXPECT_THAT(run("2026-11-01", longest_pause), Contains(HasSubstr("The clock went back")));
  EXPECT_TRUE(is_there(epoch));
  ASSERT_TRUE(confirm_day(vault, day("2028-01-01")));
  run("2028-01-01", longest_pause);
  EXPECT_FALSE(is_there(epoch));
}

TEST_F(RetentionRun, SaysWhenTheReviewOfThePolicyIsOverdue) {
  closed_epoch();
  auto content = terms();
  content.review_by = day("2026-11-20");
  put_policy(content);
  EXPECT_THAT(run("2026-11-23"), Contains(HasSubstr("was to be reviewed by 2026-11-20")));
}

}  // namespace
}  // namespace sandyk::storage
