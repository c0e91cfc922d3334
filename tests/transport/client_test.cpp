#include "transport/client.h"

#include <gmock/gmock.h>

#include <fstream>

#include "crypto/seal/ids.h"
#include "tests/transport/tls_server.h"

namespace sandyk::transport {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ClientTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = std::make_unique<testing::TlsServer>(1);
    std::ofstream(server_->www() / "hello") << "hello";
  }
  static void TearDownTestSuite() { server_.reset(); }

  static Address address() { return *Address::parse(server_->address()); }
  static Client client() { return Client({server_->ca_file(), "", ""}); }
  static TransportFault fault_of(Client c, std::string_view path, std::size_t max_size = 1000) {
    const auto answer = c.get(address(), path, max_size);
    EXPECT_FALSE(answer) << path;
    return answer ? TransportFault{} : answer.error();
  }

  static std::unique_ptr<testing::TlsServer> server_;
};
std::unique_ptr<testing::TlsServer> ClientTest::server_;

}  // namespace

TEST_F(ClientTest, GetsAFileOverVerifiedTls) {
  const auto answer = client().get(address(), "/hello", 5);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200U);
  EXPECT_EQ(crypto::text_of(answer->body), "hello");
}

TEST_F(ClientTest, PassesOtherStatusesOn) {
  const auto answer = client().get(address(), "/nothing", 1000);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 404U);
}

TEST_F(ClientTest, RefusesAServerThatItsAuthorityDidNotSign) {
  EXPECT_EQ(fault_of(Client({"", "", ""}), "/hello"), TransportFault::certificate);
  const testing::TlsServer other;
  EXPECT_EQ(fault_of(Client({other.ca_file(), "", ""}), "/hello"), TransportFault::certificate);
}

TEST_F(ClientTest, RefusesAServerOfAnotherName) {
  std::string text = server_->address();
  text.replace(text.find("127.0.0.1"), 9, "localhost");
  const auto answer = client().get(*Address::parse(text), "/hello", 1000);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), TransportFault::certificate);
}

TEST_F(ClientTest, HoldsTheServerToItsPin) {
  EXPECT_TRUE(Client({server_->ca_file(), server_->pin(), ""}).get(address(), "/hello", 1000));
  const std::string wrong = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  EXPECT_EQ(fault_of(Client({server_->ca_file(), wrong, ""}), "/hello"), TransportFault::pin);
}

TEST_F(ClientTest, VerifiesTheCertificateAlsoWithAPin) {
  EXPECT_EQ(fault_of(Client({"", server_->pin(), ""}), "/hello"), TransportFault::certificate);
}

TEST_F(ClientTest, RefusesAnAnswerLargerThanAskedFor) {
  EXPECT_EQ(fault_of(client(), "/hello", 4), TransportFault::too_large);
}

TEST_F(ClientTest, FollowsNoRedirect) {
  EXPECT_EQ(fault_of(client(), "/redirect"), TransportFault::redirected);
}

TEST_F(ClientTest, NoticesACutConnectionAndWhatIsNotHttp) {
  EXPECT_EQ(fault_of(client(), "/cut"), TransportFault::cut_off);
  EXPECT_EQ(fault_of(client(), "/garbage"), TransportFault::protocol);
}

TEST_F(ClientTest, GivesUpOnAServerThatSaysNothing) {
  Settings settings{server_->ca_file(), "", ""};
  settings.stall_timeout = std::chrono::seconds(1);
  EXPECT_EQ(fault_of(Client(settings), "/silence"), TransportFault::timeout);
}

TEST_F(ClientTest, SaysNobodyAnswersWhereNobodyListens) {
  const auto answer = client().get(*Address::parse("https://127.0.0.1:1"), "/hello", 1000);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), TransportFault::unreachable);
}

TEST_F(ClientTest, SendsNoHeaderThatTellsOfItsUser) {
  const auto answer = client().get(address(), "/headers", 1000);
  ASSERT_TRUE(answer);
  EXPECT_THAT(std::string(crypto::text_of(answer->body)), ::testing::MatchesRegex("Host: 127.0.0.1:[0-9]+"));
}

TEST_F(ClientTest, TakesNoProxyFromTheEnvironment) {
  ::setenv("https_proxy", "http://127.0.0.1:1", 1);
  ::setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
  EXPECT_TRUE(client().get(address(), "/hello", 1000));
  ::unsetenv("https_proxy");
  ::unsetenv("ALL_PROXY");
}

TEST_F(ClientTest, GoesThroughTheProxyOrNotAtAll) {
  EXPECT_EQ(fault_of(Client({server_->ca_file(), "", "socks5h://127.0.0.1:1"}), "/hello"),
            TransportFault::unreachable);
}

TEST_F(ClientTest, NeverLooksUpAnOnionNameWithoutAProxy) {
  const auto answer = client().get(*Address::parse("http://abcdefghijklmnop.onion"), "/", 1000);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), TransportFault::proxy);
}

TEST_F(ClientTest, SendsABodyAndTellsProgressAndWhenToComeBack) {
  const std::string body(300'000, 'x');
  const std::string path = "/reports/" + crypto::sha256(crypto::bytes_of(body)).hex();
  std::uint64_t seen = 0, all = 0;
  const auto progress = [&](std::uint64_t done, std::uint64_t total) {
    EXPECT_GE(done, seen);
    seen = done;
    all = total;
  };
  Client c = client();
  const auto refused =
      c.put(address(), path, crypto::bytes_of(body), {"Content-Type: application/octet-stream"}, progress);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503U);
  EXPECT_EQ(refused->retry_after, std::chrono::seconds(1));
  seen = 0;
  const auto taken =
      c.put(address(), path, crypto::bytes_of(body), {"Content-Type: application/octet-stream"}, progress);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->status, 201U);
  EXPECT_EQ(seen, body.size());
  EXPECT_EQ(all, body.size());
}

TEST(Pin, HasOneForm) {
  EXPECT_TRUE(is_pin("sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
  EXPECT_FALSE(is_pin("sha256//AAAA"));
  EXPECT_FALSE(is_pin("/etc/passwd"));
  EXPECT_FALSE(is_pin(""));
}

TEST(Proxy, ResolvesNamesItself) {
  EXPECT_TRUE(is_proxy("socks5h://127.0.0.1:9050"));
  EXPECT_FALSE(is_proxy("socks5://127.0.0.1:9050"));
  EXPECT_FALSE(is_proxy("http://127.0.0.1:8080"));
}

}  // namespace sandyk::transport
