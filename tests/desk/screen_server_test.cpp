// Who may ask the screen's server, and what it makes of requests that nobody's page sends.
#include <gmock/gmock.h>

#include "tests/desk/screen.h"

namespace sandyk::desk {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ScreenServer : public ScreenTest {
 protected:
  ScreenServer() {
    server->get("/api/echo/:word", [](const Asked& asked) {
      crypto::Json json{{"word", asked.path.at("word")}};
      for (const auto& [name, value] : asked.query) json["query"][name] = value;
      return answer(json);
    });
    server->post("/api/echo", [](const Asked& asked) { return answer(asked.body); });
    serve();
  }
  int status(const httplib::Headers& headers, const char* path = "/api/state") {
    httplib::Client other("127.0.0.1", server->port());
    const auto result = other.Get(path, headers);
    return result ? result->status : 0;
  }
  std::string bearer() const { return "Bearer " + server->token(); }
};

TEST_F(ScreenServer, AnswersWhoeverHasTheToken) {
  EXPECT_EQ(get("/api/state").status, 200);
  EXPECT_EQ(status({{"Authorization", bearer()}}), 200);
  EXPECT_EQ(server->token().size(), 43U);
  EXPECT_EQ(server->address(), "http://" + host() + "/#" + server->token());
}

TEST_F(ScreenServer, RefusesEveryOtherToken) {
  EXPECT_EQ(status({}), 403);
  EXPECT_EQ(status({{"Authorization", server->token()}}), 403);
  EXPECT_EQ(status({{"Authorization", bearer() + "x"}}), 403);
  std::string other = bearer();
  other.back() = other.back() == 'A' ? 'B' : 'A';
  EXPECT_EQ(status({{"Authorization", other}}), 403);
  EXPECT_EQ(status({}, "/api/nothing-such"), 403);
}

/// A name of the outer world that resolves to 127.0.0.1 is not the desk.
TEST_F(ScreenServer, RefusesEveryOtherHost) {
  for (const std::string& other : {std::string("localhost"), "evil.example:" + std::to_string(server->port()),
                                   std::string("127.0.0.1"), host() + ".evil.example"}) {
    EXPECT_EQ(status({{"Authorization", bearer()}, {"Host", other}}), 403) << other;
    EXPECT_EQ(status({{"Host", other}}, "/"), 403) << other;
  }
}

TEST_F(ScreenServer, RefusesAnotherPage) {
  EXPECT_EQ(status({{"Authorization", bearer()}, {"Origin", "http://" + host()}}), 200);
  for (const char* other : {"http://evil.example", "null", "http://localhost", "https://127.0.0.1"})
    EXPECT_EQ(status({{"Authorization", bearer()}, {"Origin", other}}), 403) << other;
}

TEST_F(ScreenServer, TellsTheBrowserToRunNothingElse) {
  for (const char* path : {"/", "/assets/app.js", "/assets/app.css", "/api/state", "/api/nothing-such"}) {
    const auto result = client->Get(path);
    ASSERT_TRUE(result);
    EXPECT_THAT(result->get_header_value("Content-Security-Policy"), StartsWith("default-src 'none'; "));
    EXPECT_THAT(result->get_header_value("Content-Security-Policy"), Not(HasSubstr("unsafe")));
    EXPECT_EQ(result->get_header_value("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(result->get_header_value("Referrer-Policy"), "no-referrer");
    EXPECT_EQ(result->get_header_value("Cache-Control"), "no-store");
    EXPECT_EQ(result->get_header_value("Cross-Origin-Opener-Policy"), "same-origin");
    EXPECT_EQ(result->get_header_value("Cross-Origin-Resource-Policy"), "same-origin");
    EXPECT_FALSE(result->has_header("Set-Cookie"));
    EXPECT_FALSE(result->has_header("Access-Control-Allow-Origin"));
  }
}

TEST_F(ScreenServer, ServesThePageWithoutAToken) {
  EXPECT_EQ(status({}, "/"), 200);
  const auto script = client->Get("/assets/app.js");
  EXPECT_THAT(script->get_header_value("Content-Type"), StartsWith("text/javascript"));
  EXPECT_EQ(client->Get("/assets/../etc/passwd")->status, 404);
}

TEST_F(ScreenServer, ReadsWhatIsAsked) {
  const auto echo = get("/api/echo/%D0%B0?x=1%202&y=%D1%91").json;
  EXPECT_EQ(echo, (crypto::Json{{"word", "а"}, {"query", {{"x", "1 2"}, {"y", "ё"}}}}));
  EXPECT_EQ(post("/api/echo", R"({"a": ["ё"]})").json, (crypto::Json{{"a", {"ё"}}}));
  EXPECT_EQ(post("/api/echo", "").json, crypto::Json::object());
}

TEST_F(ScreenServer, RefusesWhatNoPageSends) {
  EXPECT_EQ(get("/api/echo/%FF").status, 400);
  EXPECT_EQ(get("/api/echo/a?x=%FF").status, 400);
  EXPECT_EQ(get("/api/echo/a?x=1&x=2").status, 400);
  EXPECT_EQ(get("/api/echo/a?x=" + std::string(5000, 'x')).status, 400);
  EXPECT_EQ(get("/api/echo/a?x=" + std::string(9000, 'x')).status, 414);
  for (const char* body : {"{", "[]", "1", "{\"a\":1,\"a\":2}", "\xFF"})
    EXPECT_EQ(post("/api/echo", body).status, 400) << body;
  EXPECT_EQ(post("/api/echo", std::string(100, '[')).status, 400);
  EXPECT_EQ(said(client->Post("/api/echo", "{}", "text/plain")).status, 400);
  EXPECT_EQ(post("/api/echo", "{\"a\":\"" + std::string(1 << 20, 'x') + "\"}").status, 413);
  EXPECT_EQ(get("/api/nothing-such").status, 404);
  EXPECT_EQ(said(client->Patch("/api/echo", "{}", "application/json")).status, 404);
  EXPECT_EQ(get("/api/state").status, 200);
}

TEST_F(ScreenServer, ManyAskAtOnce) {
  std::vector<std::thread> asking;
  std::atomic<int> answered = 0;
  for (int i = 0; i < 8; ++i)
    asking.emplace_back([&] {
      for (int j = 0; j < 20; ++j)
        if (status({{"Authorization", bearer()}, {"Connection", "close"}}) == 200) ++answered;
    });
  for (auto& one : asking) one.join();
  EXPECT_EQ(answered, 160);
}

TEST_F(ScreenServer, EndsWhenItIsTold) {
  EXPECT_EQ(post("/api/quit").status, 200);
  thread.join();
  EXPECT_EQ(status({{"Authorization", bearer()}}), 0);
}

TEST_F(ScreenServer, ListensOnLoopbackAlone) {
  httplib::Client other("127.0.0.2", server->port());
  EXPECT_FALSE(other.Get("/"));
}

}  // namespace
}  // namespace sandyk::desk
