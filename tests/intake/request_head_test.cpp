#include "intake/request_head.h"

#include <gtest/gtest.h>

#include "intake/limits.h"

namespace sandyk::intake {
namespace {

const std::string path = "/reports/" + std::string(64, 'a');
const std::string good =
    "PUT " + path +
    " HTTP/1.1\r\nHost: 127.0.0.1:8443\r\nUser-Agent: x/1 (y)\r\nContent-Length: 19646\r\n"
    "Sandyk-Week: 2026-W48\r\nExpect: 100-continue\r\nContent-Type: Application/Octet-Stream\r\n\r\n";

std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(RequestHead, ReadsWhatIsUsedAndDropsTheRest) {
  const auto parsed = parse_head(good + "body");
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_EQ((*parsed)->size, good.size());
  const Head expected{Method::put, path,  19646, "application/octet-stream", "2026-W48", std::nullopt,
                      false,       false, true};
  EXPECT_EQ((*parsed)->head, expected);
}

TEST(RequestHead, AsksForMoreAtEveryPrefixOfAGoodHead) {
  for (std::size_t n = 0; n < good.size(); ++n) {
    const auto parsed = parse_head(std::string_view(good).substr(0, n));
    ASSERT_TRUE(parsed && !*parsed) << n;
  }
}

TEST(RequestHead, DropsAQuery) {
  const auto parsed = parse_head("GET /en/?fbclid=a%20b HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_EQ((*parsed)->head.path, "/en/");
}

TEST(RequestHead, UnderstandsConnectionCloseInAnyCaseAndList) {
  for (const char* value : {"close", "Close", "keep-alive, CLOSE ", " close,Upgrade"}) {
    const auto parsed =
        parse_head("GET / HTTP/1.1\r\nHost: a\r\nConnection: " + std::string(value) + "\r\n\r\n");
    ASSERT_TRUE(parsed && *parsed);
    EXPECT_TRUE((*parsed)->head.wants_close) << value;
  }
}

TEST(RequestHead, ReadsWhereAFormComesFromAndItsBoundaryInItsOwnCase) {
  const std::string form =
      "POST /reports HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=----AbC\r\n"
      "Origin: https://b.example\r\nSec-Fetch-Site: cross-site\r\nAccept: text/html\r\n\r\n";
  const auto parsed = parse_head(form);
  ASSERT_TRUE(parsed && *parsed);
  const Head& head = (*parsed)->head;
  EXPECT_EQ(head.boundary, "----AbC");
  EXPECT_EQ(head.origin, "https://b.example");
  EXPECT_TRUE(head.is_cross_site);
  EXPECT_FALSE((*parse_head(with(form, "cross-site", "same-origin")))->head.is_cross_site);
  for (const char* twice : {"Origin: a\r\n", "Sec-Fetch-Site: same-origin\r\n"}) {
    const auto refused = parse_head(with(form, "Accept: ", twice + std::string("Accept: ")));
    ASSERT_FALSE(refused) << twice;
    EXPECT_EQ(refused.error(), HeadFault::duplicate);
  }
}

TEST(RequestHead, ReadsWhatIsSaidOfAnUpload) {
  const auto parsed = parse_head(
      "PATCH /uploads/a HTTP/1.1\r\nHost: a\r\nUpload-Offset: 262144\r\nupload-length: 999999999999999\r\n"
      "Upload-Complete: ?0\r\nUpload-Draft-Interop-Version: 8\r\nSandyk-Report: ab\r\n\r\n");
  ASSERT_TRUE(parsed && *parsed);
  const Head& head = (*parsed)->head;
  EXPECT_EQ(head.method, Method::patch);
  EXPECT_EQ(head.upload_offset, 262'144U);
  EXPECT_EQ(head.upload_length, 999'999'999'999'999U);
  EXPECT_EQ(head.upload_complete, false);
  EXPECT_EQ(head.report, "ab");
}

struct Change {
  const char *from, *to;
  HeadFault fault;
};

// Each is the smallest change to the good head above; many are from the smuggling literature.
const Change changes[] = {
    {"Content-Length: 19646", "Content-Length: 19646\r\nContent-Length: 19646", HeadFault::duplicate},
    {"Content-Length: 19646", "Content-Length: 19646\r\ncontent-length: 0", HeadFault::duplicate},
    {"Content-Length: 19646", "Content-Length: 19646, 19646", HeadFault::content_length},
    {"Content-Length: 19646", "Content-Length: +19646", HeadFault::content_length},
    {"Content-Length: 19646", "Content-Length: -1", HeadFault::content_length},
    {"Content-Length: 19646", "Content-Length: 0x4cbe", HeadFault::content_length},
    {"Content-Length: 19646", "Content-Length: 019646", HeadFault::content_length},
    {"Content-Length: 19646", "Content-Length: 19646 0", HeadFault::content_length},
    {"Content-Length: 19646", "Content-Length: ", HeadFault::content_length},
    {"Content-Length: 19646", "Content-Length: 18446744073709551616", HeadFault::content_length},
    {"Content-Length: 19646", "Content-Length : 19646", HeadFault::field},
    {"Content-Length: 19646", "Content-Length\t: 19646", HeadFault::bytes},
    {"Content-Length: 19646", "Content-Length:\v19646", HeadFault::bytes},
    {"Content-Length: 19646", "Content-Length:\r\n 19646", HeadFault::content_length},
    {"User-Agent: x/1 (y)", "User-Agent: x/1\r\n (y)", HeadFault::field},
    {"User-Agent: x/1 (y)", "User-Agent: x/1\r\n\t(y)", HeadFault::bytes},
    {"User-Agent: x/1 (y)", "User-Agent x/1", HeadFault::field},
    {"User-Agent: x/1 (y)", ": x", HeadFault::field},
    {"User-Agent: x/1 (y)", "User Agent: x", HeadFault::field},
    {"User-Agent: x/1 (y)", "User-Agent: \xd0\xb6", HeadFault::bytes},
    {"User-Agent: x/1 (y)", "User-Agent: \x7f", HeadFault::bytes},
    {"User-Agent: x/1 (y)", "Transfer-Encoding: chunked", HeadFault::transfer_encoding},
    {"User-Agent: x/1 (y)", "transfer-encoding: identity", HeadFault::transfer_encoding},
    {"User-Agent: x/1 (y)", "Transfer-Encoding:", HeadFault::transfer_encoding},
    {"User-Agent: x/1 (y)", "Transfer-Encoding : chunked", HeadFault::field},
    {"User-Agent: x/1 (y)", "Host: other", HeadFault::host},
    {"Host: 127.0.0.1:8443\r\n", "", HeadFault::host},
    {"Host: 127.0.0.1:8443", "Host:", HeadFault::host},
    {"Host: 127.0.0.1:8443", "Host: a b", HeadFault::host},
    {"Host: 127.0.0.1:8443", "Host: a/b", HeadFault::host},
    {"Sandyk-Week: 2026-W48", "Sandyk-Week: 2026-W48\r\nsandyk-week: 2026-W47", HeadFault::duplicate},
    {"Expect: 100-continue", "Expect: 200-ok", HeadFault::expectation},
    {"User-Agent: x/1 (y)", "Sandyk-Report: a\r\nSandyk-Report: a", HeadFault::duplicate},
    {"User-Agent: x/1 (y)", "Upload-Offset: 1\r\nupload-offset: 1", HeadFault::duplicate},
    {"User-Agent: x/1 (y)", "Upload-Length: 1\r\nUpload-Length: 2", HeadFault::duplicate},
    {"User-Agent: x/1 (y)", "Upload-Complete: ?0\r\nUpload-Complete: ?1", HeadFault::duplicate},
    {"User-Agent: x/1 (y)", "Upload-Offset:", HeadFault::upload},
    {"User-Agent: x/1 (y)", "Upload-Offset: 01", HeadFault::upload},
    {"User-Agent: x/1 (y)", "Upload-Offset: -1", HeadFault::upload},
    {"User-Agent: x/1 (y)", "Upload-Offset: 1;a=b", HeadFault::upload},
    {"User-Agent: x/1 (y)", "Upload-Offset: 1.0", HeadFault::upload},
    {"User-Agent: x/1 (y)", "Upload-Length: 1000000000000000", HeadFault::upload},
    {"User-Agent: x/1 (y)", "Upload-Complete: ?2", HeadFault::upload},
    {"User-Agent: x/1 (y)", "Upload-Complete: 1", HeadFault::upload},
    {"User-Agent: x/1 (y)", "Upload-Complete: true", HeadFault::upload},
    {"User-Agent: x/1 (y)", "Upload-Complete: ?1;a", HeadFault::upload},
    {" HTTP/1.1", " HTTP/1.0", HeadFault::version},
    {" HTTP/1.1", " HTTP/2.0", HeadFault::version},
    {" HTTP/1.1", " http/1.1", HeadFault::version},
    {" HTTP/1.1", " HTTP/1.1 ", HeadFault::request_line},
    {" HTTP/1.1", "", HeadFault::request_line},
    {" HTTP/1.1", "  HTTP/1.1", HeadFault::request_line},
    {"PUT ", " PUT ", HeadFault::request_line},
    {"PUT ", "\r\nPUT ", HeadFault::request_line},
    {"PUT ", "P{T ", HeadFault::request_line},
    {"PUT /", "PUT ", HeadFault::target},
    {"PUT /", "PUT http://a/", HeadFault::target},
    {"PUT /", "PUT *", HeadFault::target},
    {"PUT /", "PUT /%2e", HeadFault::target},
    {"PUT /", "PUT /#", HeadFault::target},
    {"PUT /", "PUT /\\", HeadFault::target},
    {" HTTP/1.1", "?a\"b HTTP/1.1", HeadFault::target},
    {"\r\nHost", "\nHost", HeadFault::bytes},
    {"\r\nHost", "\rHost", HeadFault::bytes},
    {"\r\nHost", "\r\r\nHost", HeadFault::bytes},
    {"\r\n\r\n", "\r\r\n\r\n", HeadFault::bytes},
};

TEST(RequestHead, RefusesEachSmallestBadChange) {
  for (const Change& change : changes) {
    const auto parsed = parse_head(with(good, change.from, change.to));
    ASSERT_FALSE(parsed) << change.from << " -> " << change.to;
    EXPECT_EQ(parsed.error(), change.fault) << change.from << " -> " << change.to;
  }
}

TEST(RequestHead, RefusesANulByte) {
  const auto parsed = parse_head(with(good, "x/1", std::string(1, '\0')));
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error(), HeadFault::bytes);
}

TEST(RequestHead, RefusesBadBytesBeforeTheHeadEnds) {
  EXPECT_EQ(parse_head("GET / HTTP/1.1\n").error(), HeadFault::bytes);
}

TEST(RequestHead, HoldsItsLimitsToTheByte) {
  const auto sized = [](std::size_t size) {
    const std::string begin = "GET / HTTP/1.1\r\nHost: a\r\nX: ", end = "\r\n\r\n";
    return begin + std::string(size - begin.size() - end.size(), 'x') + end;
  };
  const auto largest = parse_head(sized(max_head_size));
  EXPECT_TRUE(largest && *largest);
  EXPECT_EQ(parse_head(sized(max_head_size + 1)).error(), HeadFault::too_long);
  EXPECT_EQ(parse_head(std::string(max_head_size, 'x')).error(), HeadFault::too_long);

  std::string fields = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (std::size_t i = 1; i < max_fields; ++i) fields += "X: x\r\n";
  const auto most = parse_head(fields + "\r\n");
  EXPECT_TRUE(most && *most);
  EXPECT_EQ(parse_head(fields + "X: x\r\n\r\n").error(), HeadFault::too_many_fields);
}

}  // namespace
}  // namespace sandyk::intake
