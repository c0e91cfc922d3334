#include "intake/front.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/export.h"
#include "tests/intake/site.h"
#include "tests/support/policies.h"

namespace sandyk::intake {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string host = "Host: a\r\n";

/// The answer to one request over a TLS connection of its own.
std::string answer_to(const Site& site, const std::string& request) {
  Client client(site.port());
  client.send(request);
  return client.read_answer();
}

int status_to(const Site& site, const std::string& request) {
  return status_of_answer(answer_to(site, request));
}

std::string get(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\n" + host + "\r\n";
}

TEST(Front, StoresASmallReportAndAcknowledgesItAgain) {
  Site site;
  const auto sealed = sealed_report(site.keys());
  EXPECT_EQ(site.put(sealed), 201);
  EXPECT_EQ(site.put(sealed), 201);
}

TEST(Front, AnswersTheSameBytesToTheFirstAndTheSecondSending) {
  Site site;
  const auto sealed = sealed_report(site.keys());
  const auto request = put_head(sealed, site.week()) + std::string(crypto::text_of(sealed));
  const auto first = answer_to(site, request);
  EXPECT_EQ(first, answer_to(site, request));
  EXPECT_EQ(first.find("Date:"), std::string::npos);
}

TEST(Front, StoresALargeReportThroughASpoolFile) {
  Site site;
  EXPECT_EQ(site.put(sealed_report(site.keys(), crypto::mib)), 201);
}

TEST(Front, TakesAReportInManySmallPieces) {
  Site site;
  const auto sealed = sealed_report(site.keys());
  const auto request = put_head(sealed, site.week()) + std::string(crypto::text_of(sealed));
  Client client(site.port());
  for (std::size_t at = 0; at < request.size(); at += 997) ASSERT_TRUE(client.send(request.substr(at, 997)));
  EXPECT_EQ(status_of_answer(client.read_answer()), 201);
}

TEST(Front, SaysGoOnToAClientThatExpectsIt) {
  Site site;
  const auto sealed = sealed_report(site.keys());
  Client client(site.port());
  client.send(put_head(sealed, site.week(), "Expect: 100-continue\r\n"));
  EXPECT_EQ(client.read_answer(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send(sealed);
  EXPECT_EQ(status_of_answer(client.read_answer()), 201);
}

TEST(Front, KeepsAConnectionForFurtherRequestsAndPipelines) {
  Site site;
  const auto sealed = sealed_report(site.keys());
  Client client(site.port());
  EXPECT_EQ(client.status_of(get("/health")), 200);
  EXPECT_EQ(client.status_of(put_head(sealed, site.week()) + std::string(crypto::text_of(sealed))), 201);
  client.send(get("/en/") + get("/health"));
  EXPECT_THAT(client.read_answer(), HasSubstr("<h1>"));
  EXPECT_THAT(client.read_answer(), HasSubstr("\r\n\r\ncalm\n"));
}

TEST(Front, ClosesWhenAskedTo) {
  Site site;
  Client client(site.port());
  client.send("GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.read_all(), AllOf(HasSubstr("Connection: close"), HasSubstr("calm")));
}

TEST(Front, AnswersAClientThatHasClosedItsHalf) {
  Site site;
  Client client(site.port());
  client.send(get("/health"));
  client.half_close();
  EXPECT_EQ(status_of_answer(client.read_all()), 200);
}

TEST(Front, ServesTheKeyringsByteForByte) {
  Site site;
  const auto* keyring = site.vault().keyrings()->of_week(site.week());
  for (const std::string& name : {std::string("current"), site.week().text()}) {
    EXPECT_THAT(answer_to(site, get("/keyring/" + name + ".json")),
                ::testing::EndsWith("\r\n\r\n" + keyring->json()));
    EXPECT_THAT(answer_to(site, get("/keyring/" + name + ".json.minisig")),
                ::testing::EndsWith("\r\n\r\n" + keyring->signature()));
  }
  EXPECT_EQ(status_to(site, get("/keyring/2020-W01.json")), 404);
  EXPECT_EQ(status_to(site, get("/keyring/..")), 404);
}

TEST(Front, ServesThePoliciesByteForByte) {
  Site site;
  EXPECT_EQ(status_to(site, get("/policy/current.json")), 404);
  auto content = testing::policy_content(site.keys());
  content.not_before = crypto::Date::today();
  content.review_by = content.not_before + std::chrono::days(300);
  const auto policy = testing::sign_policy(site.keys(), content);
  ASSERT_TRUE(storage::put_into_inbox(site.vault_folder(), "p.json", crypto::bytes_of(policy.json),
                                      crypto::bytes_of(policy.signature)));
  ASSERT_TRUE(site.vault().turn(crypto::Date::today()));
  for (const std::string name : {"current", "1"}) {
    EXPECT_THAT(answer_to(site, get("/policy/" + name + ".json")),
                ::testing::EndsWith("\r\n\r\n" + policy.json));
    EXPECT_THAT(answer_to(site, get("/policy/" + name + ".json.minisig")),
                ::testing::EndsWith("\r\n\r\n" + policy.signature));
  }
  for (const char* path : {"/policy/2.json", "/policy/01.json", "/policy/.json", "/policy/1"})
    EXPECT_EQ(status_to(site, get(path)), 404) << path;
}

TEST(Front, PutsStrictHeadersOnEveryAnswerAndNothingThatMarksAVisitor) {
  Site site;
  for (const std::string& request :
       {get("/"), get("/health"), get("/nothing"), std::string("broken\r\n\r\n")}) {
    const auto answer = answer_to(site, request);
    EXPECT_THAT(answer, AllOf(HasSubstr("Content-Security-Policy: default-src 'none'"), HasSubstr("no-store"),
                              HasSubstr("Referrer-Policy: no-referrer"), HasSubstr("nosniff")));
    for (const char* unwanted : {"Set-Cookie", "ETag", "Server:", "Date:", "Last-Modified", "Accept-Ranges"})
      EXPECT_THAT(answer, Not(HasSubstr(unwanted)));
  }
}

TEST(Front, RefusesAWrongDigestAndATruncatedOrFlippedReport) {
  Site site;
  auto sealed = sealed_report(site.keys());
  const auto head = put_head(sealed, site.week());
  sealed.back() ^= 1;
  EXPECT_THAT(answer_to(site, head + std::string(crypto::text_of(sealed))), HasSubstr("\"digest\""));
  sealed.pop_back();
  const auto answer = answer_to(site, put_head(sealed, site.week()));
  EXPECT_EQ(status_of_answer(answer), 400);
  EXPECT_THAT(answer, HasSubstr("truncate -s"));
}

TEST(Front, RefusesAReportForAnotherNumberOfOrganisations) {
  Site site;
  const auto three = sealed_report(testing::TestSite::make(3));
  EXPECT_EQ(site.put(three), 400);
}

TEST(Front, DecidesFromTheHeadAlone) {
  Site site;
  const auto sealed = sealed_report(site.keys());
  const std::string good = put_head(sealed, site.week());
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  const std::string length = "Content-Length: " + std::to_string(sealed.size()) + "\r\n";
  const std::string week = "Sandyk-Week: " + site.week().text() + "\r\n";
  EXPECT_EQ(status_to(site, with("/reports/", "/report/")), 404);
  EXPECT_EQ(status_to(site, with(" HTTP", "0 HTTP")), 404);
  EXPECT_EQ(status_to(site, with("PUT", "POST")), 405);
  EXPECT_EQ(status_to(site, with("PUT", "GET")), 405);
  EXPECT_EQ(status_to(site, with(length, "")), 411);
  EXPECT_EQ(status_to(site, with(length, "Content-Length: 99999999\r\n")), 413);
  EXPECT_EQ(status_to(site, with(length, "Content-Length: 0\r\n")), 400);
  EXPECT_EQ(status_to(site, with(length, length + length)), 400);
  EXPECT_EQ(status_to(site, with(length, length + "Transfer-Encoding: chunked\r\n")), 400);
  EXPECT_EQ(status_to(site, with(length, length + "Content-Type: text/plain\r\n")), 415);
  EXPECT_EQ(status_to(site, with(length, length + "Content-Encoding: gzip\r\n")), 415);
  EXPECT_EQ(status_to(site, with(week, "")), 400);
  EXPECT_EQ(status_to(site, with(week, "Sandyk-Week: 2020-W01\r\n")), 400);
  EXPECT_EQ(
      status_to(site, with(week, "Sandyk-Week: " + (site.week() + std::chrono::weeks(1)).text() + "\r\n")),
      400);
  EXPECT_EQ(status_to(site, with("HTTP/1.1", "HTTP/1.0")), 505);
  EXPECT_EQ(status_to(site, std::string(9000, 'x')), 431);
}

TEST(Front, SaysThatAWeekIsOver) {
  Site site({-4, 0});
  const auto answer =
      answer_to(site, put_head(sealed_report(site.keys()), site.week() + std::chrono::weeks(-4)));
  EXPECT_EQ(status_of_answer(answer), 410);
  EXPECT_THAT(answer, HasSubstr("seal again"));
}

TEST(Front, TakesAReportOfLastWeek) {
  Site site({-1, 0});
  const auto sealed = sealed_report(site.keys());
  EXPECT_EQ(status_to(site, put_head(sealed, site.week() + std::chrono::weeks(-1)) +
                                std::string(crypto::text_of(sealed))),
            201);
}

TEST(Front, TakesNothingWithoutAWeekInForce) {
  Site site({-2});
  const auto answer =
      answer_to(site, put_head(sealed_report(site.keys()), site.week() + std::chrono::weeks(-2)));
  EXPECT_EQ(status_of_answer(answer), 503);
  EXPECT_THAT(answer, HasSubstr("Retry-After: "));
  EXPECT_THAT(answer_to(site, get("/health")), HasSubstr("calm\nno-week\nkeyring-ends-soon\n"));
}

TEST(Front, EchoesNoInput) {
  Site site;
  EXPECT_THAT(answer_to(site, get("/marker-in-the-path")), Not(HasSubstr("marker")));
  EXPECT_THAT(answer_to(site, "GET / HTTP/1.1\r\nHost: a\r\nmarker\r\n\r\n"), Not(HasSubstr("marker")));
}

TEST(Front, TellsPlainHttpToUseHttps) {
  Site site;
  Client client(site.port(), false);
  client.send(get("/"));
  EXPECT_THAT(client.read_all(), AllOf(HasSubstr("HTTP/1.1 400"), HasSubstr("https://")));
}

TEST(Front, ClosesOnGarbageInPlaceOfAHandshake) {
  Site site;
  Client client(site.port(), false);
  client.send("\x16garbage garbage garbage garbage garbage");
  EXPECT_THAT(client.read_all(), Not(HasSubstr("HTTP")));
  EXPECT_EQ(status_to(site, get("/health")), 200);
}

Limits short_limits() {
  Limits limits;
  limits.handshake = limits.headers = limits.body = limits.idle = milliseconds(300);
  limits.grace = milliseconds(50);
  limits.min_rate = 10 * crypto::mib;
  return limits;
}

TEST(Front, CutsASilentClientAtTheDeadline) {
  Site site({0}, short_limits());
  EXPECT_EQ(Client(site.port(), false).read_all(), "");
  EXPECT_EQ(Client(site.port()).read_all(), "");
}

TEST(Front, CutsADrippingHeadAtTheDeadlineThatNoByteExtends) {
  Site site({0}, short_limits());
  Client client(site.port());
  const std::string head = "GET / HTTP/1.1\r\nX: " + std::string(4000, 'x');
  std::size_t sent = 0;
  while (sent < head.size() && client.send(head.substr(sent, 1))) {
    ++sent;
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_LT(sent, head.size());
}

TEST(Front, TellsADrippingBodyThatItIsTooSlowAndStoresNothing) {
  Site site({0}, short_limits());
  const auto sealed = sealed_report(site.keys());
  Client client(site.port());
  client.send(put_head(sealed, site.week()) + "x");
  EXPECT_EQ(status_of_answer(client.read_all()), 408);
}

TEST(Front, ClosesAnIdleConnection) {
  Site site({0}, short_limits());
  Client client(site.port());
  EXPECT_EQ(client.status_of(get("/health")), 200);
  EXPECT_EQ(client.read_all(), "");
}

TEST(Front, ServesAGoodClientPastTwoHundredSilentOnes) {
  Limits limits;
  limits.max_connections = 50;
  limits.grace = milliseconds(100);
  Site site({0}, limits);
  std::vector<std::unique_ptr<Client>> silent;
  for (int i = 0; i < 200; ++i) silent.push_back(std::make_unique<Client>(site.port(), false));
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_EQ(site.put(sealed_report(site.keys())), 201);
}

TEST(Front, EvictsTheBodyThatFallsBehindWhenLargeOnesAreMany) {
  Limits limits;
  limits.max_large = 1;
  limits.grace = milliseconds(50);
  limits.min_rate = 10 * crypto::mib;
  Site site({0}, limits);
  const auto sealed = sealed_report(site.keys(), crypto::mib);
  Client stalled(site.port());
  stalled.send(put_head(sealed, site.week()) + "x");
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_EQ(site.put(sealed), 201);
  EXPECT_EQ(stalled.read_all(), "");
}

TEST(Front, RefusesABodyThatTheMemoryHasNoRoomFor) {
  Limits limits;
  limits.memory = 10'000;
  Site site({0}, limits);
  const auto answer = answer_to(site, put_head(sealed_report(site.keys()), site.week()));
  EXPECT_EQ(status_of_answer(answer), 503);
  EXPECT_THAT(answer, HasSubstr("Retry-After: "));
}

TEST(Front, FinishesWhatIsInWorkWhenStopped) {
  Site site;
  const auto sealed = sealed_report(site.keys());
  Client client(site.port());
  client.send(put_head(sealed, site.week(), "Expect: 100-continue\r\n"));
  client.read_answer();
  std::thread stopping([&] { site.stop(); });
  client.send(sealed);
  EXPECT_EQ(status_of_answer(client.read_answer()), 201);
  stopping.join();
  EXPECT_FALSE(Client(site.port()).is_connected());
}

TEST(Front, StoresReportsOfManyClientsAtOnce) {
  Site site;
  std::atomic<int> stored{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i)
    clients.emplace_back([&] {
      for (int n = 0; n < 5; ++n) stored += site.put(sealed_report(site.keys())) == 201;
    });
  for (auto& client : clients) client.join();
  EXPECT_EQ(stored, 40);
}

}  // namespace
}  // namespace sandyk::intake
