#include "storage/log_entry.h"

#include <gtest/gtest.h>

#include "storage/tile_path.h"

namespace sandyk::storage {
namespace {

const std::string text = "sandyk-log/1 epoch-opened\ndate 2026-11-23\nepoch 00\nkey ab\nkey-copy cd\n";

TEST(LogEntry, IsWrittenSortedAndReadBack) {
  const auto entry = LogEntry::make(
      "epoch-opened", {{"key-copy", "cd"}, {"epoch", "00"}, {"key", "ab"}, {"date", "2026-11-23"}});
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->text(), text);
  EXPECT_EQ(LogEntry::parse(text), entry);
  EXPECT_EQ(entry->date().text(), "2026-11-23");
  EXPECT_EQ(entry->value("key"), "ab");
  EXPECT_EQ(entry->value("keys"), std::nullopt);
}

TEST(LogEntry, RefusesOtherForms) {
  for (const char* bad :
       {"", "sandyk-log/1 drill\n", "sandyk-log/1 drill\ndate 2026-11-23",
        "sandyk-log/2 drill\ndate 2026-11-23\n", "sandyk-log/1 \ndate 2026-11-23\n",
        "sandyk-log/1 Drill\ndate 2026-11-23\n", "sandyk-log/1 drill\ndate 2026-11-31\n",
        "sandyk-log/1 drill\ndate 2026-11-23\n\n", "sandyk-log/1 drill\ndate 2026-11-23\nwhat\n",
        "sandyk-log/1 drill\ndate 2026-11-23\nwhat \n", "sandyk-log/1 drill\ndate 2026-11-23\nwhat a\tb\n",
        "sandyk-log/1 drill\ndate 2026-11-23\nwhat \xd0\xb0\n",
        "sandyk-log/1 drill\ndate 2026-11-23\n what\n", "sandyk-log/1 drill\ndate 2026-11-23\nw_ a\n",
        "sandyk-log/1 drill\nwhat a\ndate 2026-11-23\n",
        "sandyk-log/1 drill\ndate 2026-11-23\ndate 2026-11-23\n"})
    EXPECT_FALSE(LogEntry::parse(bad)) << bad;
}

TEST(LogEntry, KeepsItsLimits) {
  const std::size_t around = std::string("sandyk-log/1 drill\ndate 2026-11-23\nwhat \n").size();
  const std::string most(max_log_entry - around, 'x');
  const auto longest = LogEntry::make("drill", {{"date", "2026-11-23"}, {"what", most}});
  ASSERT_TRUE(longest);
  EXPECT_EQ(longest->text().size(), max_log_entry);
  EXPECT_EQ(LogEntry::parse(longest->text()), longest);
  EXPECT_FALSE(LogEntry::make("drill", {{"date", "2026-11-23"}, {"what", most + "x"}}));
  LogEntry::Values many{{"date", "2026-11-23"}};
  while (many.size() < max_log_entry_keys) many.emplace(std::string(many.size(), 'k'), "v");
  EXPECT_TRUE(LogEntry::make("drill", many));
  many.emplace("one-more", "v");
  EXPECT_FALSE(LogEntry::make("drill", many));
  EXPECT_FALSE(LogEntry::make("drill", {{"what", "no date"}}));
}

TEST(TilePath, IsWrittenAsTheSpecificationHasIt) {
  EXPECT_EQ((TilePath{0, 1'234'067, 256}).text(), "tile/0/x001/x234/067");
  EXPECT_EQ((TilePath{std::nullopt, 0, 256}).text(), "tile/entries/000");
  EXPECT_EQ((TilePath{1, 999, 17}).text(), "tile/1/999.p/17");
  EXPECT_EQ((TilePath{63, 1000, 1}).text(), "tile/63/x001/000.p/1");
}

TEST(TilePath, ReadsWhatItWrites) {
  for (const std::optional<unsigned> level : {std::optional<unsigned>(), {0U}, {9U}, {63U}})
    for (const std::uint64_t index : {0ULL, 1ULL, 999ULL, 1000ULL, 1'000'000ULL, 999'999'999'999'999ULL})
      for (const unsigned width : {1U, 9U, 255U, 256U}) {
        const TilePath path{level, index, width};
        EXPECT_EQ(TilePath::parse(path.text()), path) << path.text();
      }
}

TEST(TilePath, ReachesNothingElse) {
  for (const char* bad : {"",
                          "tile",
                          "tile/",
                          "tile/0",
                          "tile/0/",
                          "tile/0/0",
                          "tile/0/00",
                          "tile/0/0000",
                          "tile/0/x000/000",
                          "tile/00/000",
                          "tile/64/000",
                          "tile/-1/000",
                          "tile/+1/000",
                          "tile/a/000",
                          "tile/0/000/",
                          "tile/0//000",
                          "tile/0/001/000",
                          "tile/0/x001",
                          "tile/0/x001/x000",
                          "tile/0/000.p",
                          "tile/0/000.p/",
                          "tile/0/000.p/0",
                          "tile/0/000.p/01",
                          "tile/0/000.p/256",
                          "tile/0/000.p/1/",
                          "tile/0/000.p/1.p/1",
                          "tile/0/000.P/1",
                          "tile/entries/..",
                          "tile/../checkpoint",
                          "tile/entries/000/../../pending-0",
                          "tile/Entries/000",
                          "/tile/0/000",
                          "tile/0/ 00",
                          "tile/0/+00",
                          "tile/0/-01",
                          "tile/0/x1/000",
                          "checkpoint",
                          "pending-0",
                          "tile/0/x001/x000/x000/x000/x000/000"})
    EXPECT_FALSE(TilePath::parse(bad)) << bad;
}

}  // namespace
}  // namespace sandyk::storage
