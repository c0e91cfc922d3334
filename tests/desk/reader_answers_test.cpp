// What a reader that was taken over may say: anything. Only what an honest one says is believed.
#include "desk/reader_answers.h"

#include <gtest/gtest.h>

namespace sandyk::desk {
namespace {

crypto::WipedBytes wiped(std::string_view text) {
  return {text.begin(), text.end()};
}

ReadReport some_report() {
  ReadReport report;
  report.members.push_back({"report.json", wiped("{}")});
  report.members.push_back({"files/a1", wiped("content")});
  report.glance.kind = "followup";
  report.glance.thread = crypto::Bytes(16, 7);
  report.glance.first = "first\nlines";
  report.glance.folded = "first lines";
  report.glance.letters = 11;
  report.glance.files = 1;
  report.glance.happened = "2031";
  report.glance.remarks = "A remark.\n";
  report.glance.codes = {{"what", "threat"}, {"region", "KG-B"}};
  report::Thread thread{{},
                        crypto::ReplyKey::make([](auto out) { std::ranges::fill(out, std::uint8_t{3}); }),
                        {5},
                        report::ThreadKind::followup,
                        2,
                        3,
                        report::ThreadSignature{9},
                        {{1}, {2}}};
  thread.thread.fill(7);
  report.thread = std::move(thread);
  return report;
}

/// What is written and then read; `change` plays the enemy.
template <class Change>
std::optional<ReadReport> read_after(Change change) {
  auto report = some_report();
  change(report);
  return parse_read_report(write_read_report(report));
}

TEST(ReaderAnswersTest, SayTheSameAfterWritingAndReading) {
  const auto read = read_after([](ReadReport&) {});
  ASSERT_TRUE(read);
  EXPECT_EQ(write_read_report(*read), write_read_report(some_report()));
  EXPECT_EQ(read->glance.codes, some_report().glance.codes);
  ASSERT_TRUE(read->thread);
  EXPECT_EQ(read->thread->read, some_report().thread->read);
  EXPECT_EQ(read->thread->part, 2U);
}

TEST(ReaderAnswersTest, RefuseAThreadThatIsNotTheOneTheyName) {
  EXPECT_FALSE(read_after([](ReadReport& r) { r.thread->thread[0] ^= 1; }));
  EXPECT_FALSE(read_after([](ReadReport& r) { r.thread.reset(); }));
  EXPECT_FALSE(read_after([](ReadReport& r) { r.glance.thread.reset(); }));
  EXPECT_FALSE(read_after([](ReadReport& r) { r.glance.kind = "withdraw"; }));
  EXPECT_FALSE(read_after([](ReadReport& r) { r.thread->part = 4; }));
  EXPECT_FALSE(read_after([](ReadReport& r) { r.thread->read.resize(65); }));
}

TEST(ReaderAnswersTest, RefuseNamesThatNoReportHas) {
  for (const char* name : {"files/../x", "files/a6", "", "sealed", "/etc/passwd", "report.json"})
    EXPECT_FALSE(read_after([&](ReadReport& r) { r.members[1].name = name; })) << name;
  EXPECT_FALSE(read_after([](ReadReport& r) { r.members.erase(r.members.begin()); }));
}

TEST(ReaderAnswersTest, RefuseWhatIsNoTextAndTooMuch) {
  EXPECT_FALSE(read_after([](ReadReport& r) { r.glance.first = "\xff"; }));
  EXPECT_FALSE(read_after([](ReadReport& r) { r.glance.first = std::string(5000, 'a'); }));
  EXPECT_FALSE(read_after([](ReadReport& r) { r.glance.kind = "other"; }));
  EXPECT_FALSE(read_after([](ReadReport& r) { r.glance.thread = crypto::Bytes(15, 7); }));
  EXPECT_FALSE(read_after([](ReadReport& r) { r.glance.codes.resize(201, {"what", "threat"}); }));
}

TEST(ReaderAnswersTest, MakeTextsHarmless) {
  const auto read = read_after([](ReadReport& r) { r.glance.first = "a\x1b[2Jb"; });
  ASSERT_TRUE(read);
  EXPECT_EQ(read->glance.first.find('\x1b'), std::string::npos);
}

TEST(ReaderAnswersTest, RefuseEveryCutAndWhatFollows) {
  auto bytes = write_read_report(some_report());
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(parse_read_report(crypto::ByteView(bytes).first(size))) << size;
  bytes.push_back(0);
  EXPECT_FALSE(parse_read_report(bytes));
}

TEST(ReaderAnswersTest, ListReports) {
  storage::EpochReader::Listing listing;
  listing.damaged = 2;
  listing.filler = 3;
  listing.reports.push_back(
      {5, crypto::report_id(crypto::Bytes{1}), *crypto::Week::parse("2026-W48"), 18000});
  auto bytes = write_listing(listing);
  const auto read = parse_listing(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(write_listing(*read), bytes);
  EXPECT_EQ(read->reports.at(0).size, 18000U);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(parse_listing(crypto::ByteView(bytes).first(size))) << size;
  bytes[16] = 0xff;  // more reports than follow
  EXPECT_FALSE(parse_listing(bytes));
}

}  // namespace
}  // namespace sandyk::desk
