// What the front does when something runs short; with real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "intake/front.h"
#include "tests/intake/site.h"

namespace sandyk::intake {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

const std::string health = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";

/// The answer to the head of a report of that size, without sending it.
std::string answer_to_report(const Site& site, std::uint64_t size) {
  Client client(site.port());
  client.send(put_head(sealed_report(site.keys(), size), site.week(), "Expect: 100-continue\r\n"));
  return client.read_answer();
}

int status_for_report(const Site& site, std::uint64_t size) {
  return status_of_answer(answer_to_report(site, size));
}

/// Asks until the answer to /health begins with that word.
bool becomes(const Site& site, const std::string& word, const std::string& source) {
  for (int i = 0; i < 500; ++i) {
    Client client(site.port(), true, source);
    client.send(health);
    if (client.read_answer().find("\r\n\r\n" + word + "\n") != std::string::npos) return true;
    std::this_thread::sleep_for(milliseconds(20));
  }
  return false;
}

/// A site whose disk is as told.
class Stocked {
 public:
  explicit Stocked(Supplies supplies) : site_({0}, {}, {}, {.supplies = [supplies] { return supplies; }}) {}
  Site* operator->() { return &site_; }
  Site& operator*() { return site_; }

 private:
  Site site_;
};

constexpr std::uint64_t plenty = std::uint64_t{1} << 40;

TEST(FrontLimits, LeavesTheLastOfTheDiskToSmallReports) {
  const std::uint64_t small_reserve = Limits().small_reserve;
  Stocked site({small_reserve + crypto::mib, 0, 0});
  EXPECT_EQ(status_for_report(*site, crypto::mib), 507);
  EXPECT_EQ(status_for_report(*site, 256 * crypto::kib), 100);
  EXPECT_EQ(site->put(sealed_report(site->keys())), 201);
}

TEST(FrontLimits, TakesALargeReportThatFitsAboveThatReserve) {
  const auto length = sealed_report(testing::TestSite::make(), crypto::mib).size();
  Stocked site({Limits().small_reserve + length, 0, 0});
  EXPECT_EQ(status_for_report(*site, crypto::mib), 100);
}

TEST(FrontLimits, TellsTheLargestReportsToComeBackWhenBusy) {
  Stocked site({plenty, 50, 100});
  EXPECT_TRUE(becomes(*site, "busy", "127.0.0.1"));
  const auto answer = answer_to_report(*site, 8 * crypto::mib);
  EXPECT_EQ(status_of_answer(answer), 503);
  EXPECT_THAT(answer, HasSubstr("large-later"));
  EXPECT_THAT(answer, HasSubstr("Retry-After: "));
  EXPECT_EQ(status_for_report(*site, 4 * crypto::mib), 100);
}

TEST(FrontLimits, TellsAllLargeReportsToComeBackInAStormAndTakesSmallOnes) {
  Stocked site({plenty, 90, 100});
  EXPECT_TRUE(becomes(*site, "storm", "127.0.0.1"));
  EXPECT_EQ(status_for_report(*site, crypto::mib), 503);
  EXPECT_EQ(status_for_report(*site, 256 * crypto::kib), 100);
  EXPECT_EQ(site->put(sealed_report(site->keys())), 201);
}

TEST(FrontLimits, DoesNotTellEverybodyToComeBackAtOnce) {
  Stocked site({plenty, 90, 100});
  std::set<std::string> answers;
  for (int i = 0; i < 10; ++i) answers.insert(answer_to_report(*site, crypto::mib));
  EXPECT_GT(answers.size(), 1U);
}

/// Sources are counted, though all are loopback.
Limits counting() {
  Limits limits;
  limits.counts_loopback = true;
  limits.per_source = 5;
  limits.max_connections = 20;
  limits.grace = milliseconds(50);
  limits.handshake = milliseconds(60'000);  // nobody goes by a deadline
  return limits;
}

std::unique_ptr<Client> silent(const Site& site, const std::string& source) {
  return std::make_unique<Client>(site.port(), false, source);
}

TEST(FrontLimits, LetsTheSourceOverItsCapMakePlaceFirst) {
  Site site({0}, counting());
  std::vector<std::unique_ptr<Client>> others, many, late;
  for (int i = 0; i < 8; ++i) others.push_back(silent(site, "127.0.1." + std::to_string(i + 1)));
  for (int i = 0; i < 12; ++i) many.push_back(silent(site, "127.0.0.2"));
  std::this_thread::sleep_for(milliseconds(300));
  for (int i = 0; i < 5; ++i) late.push_back(silent(site, "127.0.2." + std::to_string(i + 1)));
  EXPECT_EQ(Client(site.port(), true, "127.0.3.1").status_of(health), 200);
  for (const auto& client : others) EXPECT_TRUE(client->is_waiting());
  EXPECT_LE(std::count_if(many.begin(), many.end(), [](const auto& one) { return one->is_waiting(); }), 6);
}

TEST(FrontLimits, RefusesASourceAtItsCapInAStormAndNobodyElse) {
  auto limits = counting();
  limits.grace = milliseconds(60'000);  // nobody makes place
  Site site({0}, limits);
  std::vector<std::unique_ptr<Client>> many;
  for (int i = 0; i < 18; ++i) many.push_back(silent(site, "127.0.0.2"));
  EXPECT_TRUE(becomes(site, "storm", "127.0.3.1"));
  EXPECT_FALSE(Client(site.port(), true, "127.0.0.2").is_connected());
  EXPECT_EQ(Client(site.port(), true, "127.0.3.2").status_of(health), 200);
}

TEST(FrontLimits, TakesASourceOverItsCapInCalmWeather) {
  auto limits = counting();
  limits.max_connections = 1000;
  Site site({0}, limits);
  std::vector<std::unique_ptr<Client>> many;
  for (int i = 0; i < 18; ++i) many.push_back(silent(site, "127.0.0.2"));
  EXPECT_EQ(Client(site.port(), true, "127.0.0.2").status_of(health), 200);
}

/// So many that begin at once; how many got a connection.
int connected_of(const Site& site, int count) {
  std::atomic<int> connected{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < count; ++i)
    clients.emplace_back([&] { connected += Client(site.port()).is_connected(); });
  for (auto& client : clients) client.join();
  return connected;
}

TEST(FrontLimits, LetsHandshakesWaitForTheirTurn) {
  Limits limits;
  limits.handshake_rate = 4;
  limits.handshake = milliseconds(60'000);
  Site site({0}, limits);
  EXPECT_EQ(connected_of(site, 10), 10);
}

TEST(FrontLimits, ClosesAtTheDeadlineWhoseTurnDidNotCome) {
  Limits limits;
  limits.handshake_rate = 1;
  limits.handshake = milliseconds(200);
  Site site({0}, limits);
  EXPECT_LT(connected_of(site, 10), 10);
}

TEST(FrontLimits, AnswersARefusedClientWhoseBodyIsOnItsWay) {
  Limits limits;
  limits.linger = milliseconds(20'000);
  Site site({0}, limits);
  Client client(site.port());
  client.send("PUT /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 400000\r\n\r\n" +
              std::string(400'000, 'x'));
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_EQ(status_of_answer(client.read_answer()), 404);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(client.send("x"));  // not reset, which might have cost the answer
}

TEST(FrontLimits, HangsUpOnARefusedClientThatGoesOnSending) {
  Limits limits;
  limits.linger = milliseconds(100);
  Site site({0}, limits);
  Client client(site.port());
  client.send("PUT /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
  EXPECT_EQ(status_of_answer(client.read_answer()), 404);
  int sent = 0;
  while (sent < 2000 && client.send("x")) {
    ++sent;
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_LT(sent, 2000);
}

TEST(FrontLimits, ListensOnBothFamilies) {
  Site site({0}, {}, {}, {.listen = "[::]:0"});
  EXPECT_EQ(Client(site.port(), true, "::1").status_of(health), 200);
  EXPECT_EQ(Client(site.port(), true, "127.0.0.1").status_of(health), 200);
}

}  // namespace
}  // namespace sandyk::intake
