#include "reporter/delivery.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/transport/tls_server.h"

namespace sandyk::reporter {
namespace {

using crypto::bytes_of;
using transport::Address;
using transport::Client;
using transport::TransportFault;

const Patience quick{3, std::chrono::milliseconds(1), std::chrono::milliseconds(2)};
const Address nobody = *Address::parse("https://127.0.0.1:1");

Sealed something() {
  const std::string text = "sealed bytes";
  return Sealed::from({text.begin(), text.end()}, *crypto::Week::parse("2026-W48"));
}

struct Notices {
  std::vector<std::string> lines;
  Notice notice() {
    return [this](const std::string& line) { lines.push_back(line); };
  }
};

Outcome deliver_to(Client& client, const std::vector<Address>& nodes, Notices& notices) {
  return deliver(
      client, nodes, something(), quick, [](std::uint64_t, std::uint64_t) {}, notices.notice(),
      [](unsigned) {});
}

}  // namespace

TEST(Delivery, ArrivesWithItsWeekAfterTheServerWasBusy) {
  const testing::TlsServer server(2);
  Client client({server.ca_file(), "", ""});
  Notices notices;
  ASSERT_TRUE(deliver_to(client, {*Address::parse(server.address())}, notices));
  ASSERT_EQ(server.stored().size(), 1U);
  EXPECT_EQ(server.stored().front().filename(), something().id.hex());
  std::ifstream headers(server.stored().front().string() + ".headers");
  const std::string text(std::istreambuf_iterator<char>(headers), {});
  EXPECT_NE(text.find("Sandyk-Week: 2026-W48\n"), std::string::npos);
  EXPECT_NE(text.find("Content-Type: application/octet-stream\n"), std::string::npos);
  ASSERT_EQ(notices.lines.size(), 2U);
  EXPECT_NE(notices.lines[0].find("Too many reports at once."), std::string::npos);
  EXPECT_EQ(notices.lines[0].find('\x1b'), std::string::npos);
}

TEST(Delivery, GivesUpAfterItsTriesAndSaysWhatTheServerSaid) {
  const testing::TlsServer server(100);
  Client client({server.ca_file(), "", ""});
  Notices notices;
  const auto refused = deliver_to(client, {*Address::parse(server.address())}, notices);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, crypto::exit_not_done);
  EXPECT_NE(refused.error().say.find("Too many reports at once."), std::string::npos);
  EXPECT_EQ(notices.lines.size(), quick.tries - 1);
  EXPECT_TRUE(server.stored().empty());
}

TEST(Delivery, GoesToAnotherNodeWhenTheFirstDoesNotAnswer) {
  const testing::TlsServer server;
  Client client({server.ca_file(), "", ""});
  Notices notices;
  EXPECT_TRUE(deliver_to(client, {nobody, *Address::parse(server.address())}, notices));
  EXPECT_TRUE(notices.lines.empty());
}

TEST(Delivery, NeverAsksAgainWhereTlsProvesNoName) {
  const testing::TlsServer server;
  Client client({"", "", ""});
  Notices notices;
  const auto refused = deliver_to(client, {*Address::parse(server.address())}, notices);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, crypto::exit_unverified);
  EXPECT_TRUE(notices.lines.empty());
}

TEST(Asking, TriesAgainAfterALostConnection) {
  unsigned asked = 0;
  const auto request = [&](const Address&) -> tl::expected<transport::Response, TransportFault> {
    if (++asked < 3) return tl::unexpected(TransportFault::cut_off);
    return transport::Response{201, {}, std::nullopt};
  };
  Notices notices;
  EXPECT_TRUE(ask({nobody}, request, quick, notices.notice()));
  EXPECT_EQ(asked, 3U);
}

TEST(Asking, TakesARefusalAsFinal) {
  unsigned asked = 0;
  const auto request = [&](const Address&) -> tl::expected<transport::Response, TransportFault> {
    ++asked;
    return transport::Response{410, {}, std::nullopt};
  };
  Notices notices;
  const auto answer = ask({nobody}, request, quick, notices.notice());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 410U);
  EXPECT_EQ(asked, 1U);
}

TEST(Saying, ShowsTheSentenceOfAServerWithoutHarm) {
  EXPECT_EQ(say_of(bytes_of(R"({"error":"x","say":"Seal\nit \u001b[1magain."})")), "Seal it \uFFFD[1magain.");
  EXPECT_EQ(say_of(bytes_of(R"({"say":7})")), "");
  EXPECT_EQ(say_of(bytes_of("<html>")), "");
  EXPECT_EQ(say_of(bytes_of(R"({"say":")" + std::string(301, 'x') + R"("})")), "");
}

}  // namespace sandyk::reporter
