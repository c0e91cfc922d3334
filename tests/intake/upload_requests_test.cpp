// Reports in parts at a whole intake: what a reporter sees.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/seal/puzzle_solver.h"
#include "tests/intake/site.h"

namespace sandyk::intake {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

std::string ask(const Site& site, const std::string& request) {
  Client client(site.port());
  client.send(request);
  return client.read_answer();
}

std::string field(const std::string& answer, const std::string& name) {
  const auto at = answer.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const auto begin = at + name.size() + 4;
  return answer.substr(begin, answer.find("\r\n", begin) - begin);
}

std::string post_head(const Site& site, const crypto::Bytes& sealed, const std::string& more = "") {
  return "POST /uploads HTTP/1.1\r\nHost: a\r\nUpload-Complete: ?0\r\nUpload-Length: " +
         std::to_string(sealed.size()) + "\r\nSandyk-Week: " + site.week().text() +
         "\r\nSandyk-Report: " + crypto::report_id(sealed).hex() + "\r\n" + more + "\r\n";
}

std::string part_head(const std::string& path, std::uint64_t offset, std::uint64_t size, bool is_last) {
  return "PATCH " + path +
         " HTTP/1.1\r\nHost: a\r\nContent-Type: application/partial-upload\r\nContent-Length: " +
         std::to_string(size) + "\r\nUpload-Offset: " + std::to_string(offset) +
         "\r\nUpload-Complete: " + (is_last ? "?1" : "?0") + "\r\n\r\n";
}

std::string begin(const Site& site, const crypto::Bytes& sealed) {
  return field(ask(site, post_head(site, sealed)), "Location");
}

std::string part(const std::string& path, const crypto::Bytes& sealed, std::uint64_t from, std::uint64_t to) {
  return part_head(path, from, to - from, to == sealed.size()) +
         std::string(crypto::text_of(crypto::ByteView(sealed).subspan(from, to - from)));
}

std::string look(const Site& site, const std::string& path) {
  return ask(site, "HEAD " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
}

/// Sends all that is missing from `from` on; gives the last answer.
std::string send_rest(const Site& site, const std::string& path, const crypto::Bytes& sealed,
                      std::uint64_t from = 0) {
  std::string answer;
  Client client(site.port());
  for (std::uint64_t at = from; at < sealed.size(); at += max_part) {
    client.send(part(path, sealed, at, std::min<std::uint64_t>(at + max_part, sealed.size())));
    answer = client.read_answer();
  }
  return answer;
}

TEST(UploadAtTheFront, ArrivesInPartsAndIsAnsweredAsAPutIs) {
  Site site;
  const auto sealed = sealed_report(site.keys(), crypto::mib);
  const auto created = ask(site, post_head(site, sealed));
  EXPECT_THAT(created, AllOf(HasSubstr("HTTP/1.1 201 "), HasSubstr("\r\nUpload-Offset: 0\r\n"),
                             HasSubstr("\r\nUpload-Complete: ?0\r\n"), HasSubstr("max-append-size=262144"),
                             HasSubstr("no-store")));
  const auto path = field(created, "Location");
  ASSERT_EQ(path.size(), std::string("/uploads/").size() + 64);
  const auto in_parts = send_rest(site, path, sealed);
  Client client(site.port());
  client.send(put_head(sealed, site.week()));
  client.send(sealed);
  EXPECT_EQ(in_parts, client.read_answer());
  EXPECT_EQ(status_of_answer(in_parts), 201);
}

TEST(UploadAtTheFront, SaysHowFarItIs) {
  Site site;
  const auto sealed = sealed_report(site.keys(), crypto::mib);
  const auto path = begin(site, sealed);
  const auto added = ask(site, part(path, sealed, 0, 1000));
  EXPECT_THAT(added, AllOf(HasSubstr("HTTP/1.1 204 "), HasSubstr("\r\nUpload-Offset: 1000\r\n"),
                           HasSubstr("\r\nUpload-Complete: ?0\r\n"), Not(HasSubstr("Content-Length")),
                           Not(HasSubstr("Location"))));
  const auto seen = look(site, path);
  EXPECT_THAT(seen, AllOf(HasSubstr("HTTP/1.1 204 "), HasSubstr("\r\nUpload-Offset: 1000\r\n"),
                          HasSubstr("\r\nUpload-Length: " + std::to_string(sealed.size()) + "\r\n"),
                          HasSubstr("\r\nUpload-Complete: ?0\r\n"), EndsWith("\r\n\r\n"),
                          Not(HasSubstr("Accept-Ranges")), Not(HasSubstr("Content-Length"))));
  const auto answer = send_rest(site, path, sealed, 1000);
  EXPECT_EQ(status_of_answer(answer), 201);
  EXPECT_THAT(look(site, path), HasSubstr("\r\nUpload-Complete: ?1\r\n"));
  EXPECT_EQ(ask(site, part(path, sealed, sealed.size() - 10, sealed.size())), answer);
}

TEST(UploadAtTheFront, LosesOnlyThePartThatWasCut) {
  Site site;
  const auto sealed = sealed_report(site.keys(), crypto::mib);
  const auto path = begin(site, sealed);
  ASSERT_EQ(status_of_answer(ask(site, part(path, sealed, 0, 5000))), 204);
  {
    Client cut(site.port());
    cut.send(part_head(path, 5000, 100'000, false) + std::string(50'000, 'x'));
  }
  EXPECT_EQ(field(look(site, path), "Upload-Offset"), "5000");
  EXPECT_EQ(status_of_answer(send_rest(site, path, sealed, 5000)), 201);
}

TEST(UploadAtTheFront, RefusesFromTheHeadAlone) {
  Site site;
  const auto sealed = sealed_report(site.keys(), crypto::mib);
  const std::string good = post_head(site, sealed);
  const auto with = [](std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
  };
  const auto code = [&](const std::string& request) {
    const auto answer = ask(site, request);
    const auto begins = answer.find("{\"error\":\"") + 10;
    return answer.substr(9, 3) + " " + answer.substr(begins, answer.find('"', begins) - begins);
  };
  const std::string length = "Upload-Length: " + std::to_string(sealed.size()) + "\r\n";
  EXPECT_EQ(code(with(good, length, "")), "400 upload-headers");
  EXPECT_EQ(code(with(good, "?0", "?1")), "400 upload-headers");
  EXPECT_EQ(code(with(good, "?0", "?2")), "400 upload");
  EXPECT_EQ(code(with(good, length, length + length)), "400 duplicate");
  EXPECT_EQ(code(with(good, length, length + "Content-Length: 1\r\n")), "400 upload-headers");
  EXPECT_EQ(code(with(good, length, "Upload-Length: 999999999\r\n")), "413 too-large");
  EXPECT_EQ(code(with(good, length, "Upload-Length: 1234567\r\n")), "400 length");
  EXPECT_EQ(code(post_head(site, sealed_report(site.keys()))), "400 upload-small");
  EXPECT_EQ(code(with(good, "Sandyk-Report", "Sandyk-Else")), "400 report-missing");
  EXPECT_EQ(code(with(good, "Sandyk-Week", "Sandyk-Else")), "400 week-missing");
  EXPECT_EQ(code(with(good, "POST", "PUT")), "405 method");
  EXPECT_EQ(code(with(good, "/uploads", "/uploads/")), "404 not-found");

  const auto path = begin(site, sealed);
  const auto patch = part_head(path, 0, 1000, false);
  EXPECT_EQ(code(with(patch, path, path.substr(0, path.size() - 1) + "-")), "404 not-found");
  EXPECT_EQ(code(with(patch, path, "/uploads/" + std::string(64, '0'))), "404 not-found");
  EXPECT_EQ(code(with(patch, "PATCH", "PUT")), "405 method");
  EXPECT_EQ(code(with(patch, "Content-Length: 1000\r\n", "")), "411 length-required");
  EXPECT_EQ(code(with(patch, "Upload-Offset: 0\r\n", "")), "400 upload-headers");
  EXPECT_EQ(code(with(patch, "Upload-Offset: 0", "Upload-Offset: 00")), "400 upload");
  EXPECT_EQ(code(with(patch, "Upload-Complete: ?0\r\n", "")), "400 upload-headers");
  EXPECT_EQ(code(with(patch, "partial-upload", "octet-stream")), "415 part-type");
  EXPECT_EQ(code(with(patch, "?0", "?1")), "400 upload-length");
  EXPECT_EQ(code(part_head(path, 0, max_part + 1, false)), "413 part-too-large");
  EXPECT_EQ(code(part_head(path, 1, 1000, false)), "409 upload-offset");
  EXPECT_THAT(ask(site, part_head(path, 1, 1000, false)), HasSubstr("\r\nUpload-Offset: 0\r\n"));
}

TEST(UploadAtTheFront, AnswersAHeadWithoutABodyWhateverItSays) {
  Site site;
  for (const std::string& path : {std::string("/uploads/") + std::string(64, '0'), std::string("/nothing")})
    EXPECT_THAT(look(site, path), AllOf(HasSubstr("HTTP/1.1 404 "), Not(HasSubstr("error"))));
}

TEST(UploadAtTheFront, IsDroppedWhenAskedTo) {
  Site site;
  const auto sealed = sealed_report(site.keys(), crypto::mib);
  const auto path = begin(site, sealed);
  EXPECT_EQ(status_of_answer(ask(site, "DELETE " + path + " HTTP/1.1\r\nHost: a\r\n\r\n")), 204);
  EXPECT_EQ(status_of_answer(look(site, path)), 404);
}

TEST(UploadAtTheFront, DropsAReportThatIsNotTheOneItWasBegunFor) {
  Site site;
  auto sealed = sealed_report(site.keys(), crypto::mib);
  const auto path = begin(site, sealed);
  sealed.back() ^= 1;
  EXPECT_THAT(send_rest(site, path, sealed), AllOf(HasSubstr("HTTP/1.1 400 "), HasSubstr("\"digest\"")));
  EXPECT_EQ(status_of_answer(look(site, path)), 404);
  EXPECT_EQ(site.uploads().spool().free_blocks(), site.uploads().spool().blocks());
}

TEST(UploadAtTheFront, CountsNothingOfAnUnfinishedOne) {
  Site site;
  const auto sealed = sealed_report(site.keys(), crypto::mib);
  const auto used = site.vault().day_budget().used;
  ASSERT_EQ(status_of_answer(ask(site, part(begin(site, sealed), sealed, 0, max_part))), 204);
  EXPECT_EQ(site.vault().day_budget().used, used);
}

TEST(UploadAtTheFront, AsksForWorkOnceAndBeforeItBegins) {
  Site site({0, 1}, {}, {}, {.puzzle = PuzzleSettings{64, [] { return 0.0; }}});
  const auto sealed = sealed_report(site.keys(), crypto::mib);
  EXPECT_THAT(ask(site, post_head(site, sealed)), AllOf(HasSubstr("HTTP/1.1 503 "), HasSubstr("\"puzzle\"")));
  const auto answer = ask(site, "GET /puzzle HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto puzzle =
      crypto::parse_puzzle(crypto::bytes_of(answer.substr(answer.find("\r\n\r\n") + 4))).value();
  const auto nonce =
      crypto::solve_puzzle(puzzle.seed, crypto::report_id(sealed), puzzle.effort, 2, [](unsigned) {});
  const auto solution =
      "Sandyk-Puzzle: " + crypto::write_puzzle_solution({puzzle.slot, puzzle.effort, nonce.value()}) + "\r\n";
  const auto path = field(ask(site, post_head(site, sealed, solution)), "Location");
  ASSERT_NE(path, "");
  EXPECT_EQ(status_of_answer(send_rest(site, path, sealed)), 201);
}

TEST(UploadAtTheFront, IsTurnedAwayWhereAPutOfItsLengthWouldBe) {
  Site full({0}, {}, {}, {.supplies = [] { return Supplies{crypto::mib, 0, 0}; }});
  const auto sealed = sealed_report(full.keys(), crypto::mib);
  EXPECT_EQ(status_of_answer(ask(full, post_head(full, sealed))), 507);
}

TEST(UploadAtTheFront, SaysThatItIsBusyWhenThereIsNoPlace) {
  Limits limits;
  limits.max_uploads = 2;
  Site site({0}, limits);
  const auto sealed = sealed_report(site.keys(), crypto::mib);
  begin(site, sealed);
  begin(site, sealed);
  EXPECT_THAT(ask(site, post_head(site, sealed)),
              AllOf(HasSubstr("HTTP/1.1 503 "), HasSubstr("\"busy\""), HasSubstr("Retry-After: ")));
}

}  // namespace
}  // namespace sandyk::intake
