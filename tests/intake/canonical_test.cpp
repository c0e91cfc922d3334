#include "intake/canonical.h"

#include <gtest/gtest.h>

#include "tests/support/http_probe.h"

namespace sandyk::intake {
namespace {

Head report_head() {
  Head head{};
  head.method = Method::put;
  head.path = "/reports/" + std::string(64, 'a');
  head.content_length = 19646;
  head.week = "2026-W48";
  head.wants_close = true;
  return head;
}

TEST(Canonical, IsReadByHttplibAsTheFrontReadIt) {
  testing::HttpProbe probe;
  const auto seen = probe.read(canonical_request(report_head()));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->method, "PUT");
  EXPECT_EQ(seen->path, report_head().path);
  EXPECT_EQ(seen->week, "2026-W48");
  EXPECT_EQ(seen->headers, 3U) << "Host, Sandyk-Week, Content-Length, and nothing that the peer chose";
}

TEST(Canonical, IsReadBackByOurOwnParser) {
  const auto parsed = parse_head(canonical_request(report_head()));
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_EQ((*parsed)->head.path, report_head().path);
  EXPECT_EQ((*parsed)->head.week, report_head().week);
  EXPECT_EQ((*parsed)->head.content_length, 0U);
  EXPECT_FALSE((*parsed)->head.wants_close);
}

TEST(Canonical, HoldsWhatIsSaidOfAnUpload) {
  Head head{};
  head.method = Method::post;
  head.path = "/uploads";
  head.week = "2026-W48";
  head.report = std::string(64, 'a');
  head.upload_offset = 0;
  head.upload_length = 1'048'576;
  head.upload_complete = true;
  const auto text = canonical_request(head);
  const auto parsed = parse_head(text);
  ASSERT_TRUE(parsed && *parsed);
  head.content_length = 0;
  EXPECT_EQ((*parsed)->head, head);
  testing::HttpProbe probe;
  const auto seen = probe.read(text);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->method, "POST");
  EXPECT_EQ(seen->report, *head.report);
  EXPECT_EQ(seen->upload, "0 1048576 ?1");
  EXPECT_EQ(seen->headers, 7U);
}

TEST(Canonical, LeavesOutAReportThatIsNone) {
  Head head = report_head();
  head.report = std::string(63, 'a') + "A";
  EXPECT_EQ(canonical_request(head).find("Sandyk-Report"), std::string::npos);
}

TEST(Canonical, LeavesOutAWeekThatIsNone) {
  Head head = report_head();
  head.week = "2026-W48\r\nX: y";
  EXPECT_EQ(canonical_request(head).find("X:"), std::string::npos);
}

}  // namespace
}  // namespace sandyk::intake
