#include "desk/week_epochs.h"

#include <algorithm>

#include "crypto/seal/import_receipt.h"
#include "tests/desk/site.h"

namespace sandyk::desk {
namespace {

using crypto::EpochId;

/// The week of 23 to 29 November 2026; what was sealed in it may arrive until 13 December.
class WeekEpochs : public SiteTest {
 protected:
  WeekEpochs() {
    add_keyring(vault, site.content(*crypto::Week::parse("2026-W48")));
    add_epoch(fresh, "2026-12-14");
  }
  const EpochId fresh = crypto::random_epoch_id();

  tl::expected<std::vector<EpochId>, Problem> missing() const {
    const auto record = SiteRecord::read(root, {vault});
    const auto week = find_week(record, *crypto::Week::parse("2026-W48"), "org-1");
    if (!week) return tl::unexpected(week.error());
    return epochs_not_imported(vault, *week, record.site(), {home.receipts()});
  }
  void add_receipt(EpochId id, bool is_complete = true, std::string_view database = "") const {
    const std::string bytes = database.empty() ? "database " + id.hex() : std::string(database);
    const crypto::ImportReceipt receipt{root.site(),
                                        "org-1",
                                        id,
                                        crypto::sha256(crypto::bytes_of(bytes)),
                                        crypto::sha256(crypto::bytes_of("key")),
                                        is_complete,
                                        day("2026-12-14")};
    const std::string json = crypto::write_import_receipt(receipt);
    const auto file = home.receipts() / (id.hex() + ".org-1.json");
    write(file, json);
    write(file.string() + ".minisig",
          site.desk.sign(crypto::bytes_of(json), crypto::SignedKind::import_receipt, root.site(),
                         "2026-12-14"));
  }
};

TEST_F(WeekEpochs, AreThoseBegunWhileTheWeekWasTaken) {
  std::vector<EpochId> expected;
  for (const char* date : {"2026-11-22", "2026-11-23", "2026-12-13"}) {
    expected.push_back(crypto::random_epoch_id());
    add_epoch(expected.back(), date);  // that of the day before may still have been open at midnight
  }
  for (const char* date : {"2026-11-21", "2026-12-15"}) add_epoch(crypto::random_epoch_id(), date);
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(missing(), expected);
}

TEST_F(WeekEpochs, AreDoneWithACompleteReceiptOfTheseVeryFiles) {
  const auto id = crypto::random_epoch_id();
  add_epoch(id, "2026-11-25");
  EXPECT_EQ(missing(), std::vector{id});
  add_receipt(id, false);
  EXPECT_EQ(missing(), std::vector{id});
  add_receipt(id, true, "another database");
  EXPECT_EQ(missing(), std::vector{id});
  add_receipt(id);
  EXPECT_EQ(missing(), std::vector<EpochId>());
}

TEST_F(WeekEpochs, AreNotDoneWhileOpen) {
  const auto id = crypto::random_epoch_id();
  add_epoch(id, "2026-11-25", /*is_closed=*/false);
  add_receipt(id);
  EXPECT_EQ(missing(), std::vector{id});
}

TEST_F(WeekEpochs, CountWhenTheirDayIsUnknown) {
  const auto id = crypto::random_epoch_id();
  write(add_epoch(id, "2026-01-01") / "epoch.json", "damaged");
  EXPECT_EQ(missing(), std::vector{id});
}

TEST_F(WeekEpochs, ACopyInWhichNothingIsLaterIsTooOld) {
  std::filesystem::remove_all(vault / "epochs" / fresh.hex());
  add_epoch(crypto::random_epoch_id(), "2026-12-13");
  EXPECT_FALSE(missing());
  write(vault / "tombstones" / "x.json", R"({"format": "sandyk-tombstone/1", "date": "2026-12-13"})");
  EXPECT_FALSE(missing());
  write(vault / "tombstones" / "x.json", R"({"format": "sandyk-tombstone/1", "date": "2026-12-14"})");
  EXPECT_TRUE(missing());
  std::filesystem::remove_all(vault / "tombstones");
  const auto bundle = vault / "log" / "tile" / "entries" / "x001" / "000.p" / "2";
  write(bundle, "xxsandyk-log/1 drill\ndate 2026-12-13\nwhat date 2026-12-14\n");
  EXPECT_FALSE(missing());
  write(bundle, "xxsandyk-log/1 drill\ndate 2026-12-14\nwhat test\n");
  EXPECT_TRUE(missing());
}

TEST_F(WeekEpochs, NeedTheKeyringOfTheWeekAndTheOrganisationInIt) {
  const auto record = SiteRecord::read(root, {vault});
  EXPECT_FALSE(find_week(record, *crypto::Week::parse("2026-W49"), "org-1"));
  EXPECT_FALSE(find_week(record, *crypto::Week::parse("2026-W48"), "org-2"));
}

}  // namespace
}  // namespace sandyk::desk
