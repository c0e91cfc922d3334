// The audit log as anybody fetches it.
#include "intake/log_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/seal/file.h"
#include "storage/log.h"
#include "storage/log_reader.h"
#include "tests/intake/site.h"

namespace sandyk::intake {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

class LogFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(log().parent_path());
    const auto today = crypto::Date::today();
    auto key = crypto::LogKey::read(crypto::text_of(key_.write().expose()));
    auto opened = storage::AuditLog::open(log(), std::move(key), today);
    std::vector<storage::LogEntry> entries;
    for (int i = 0; i < 300; ++i)
      entries.push_back(
          storage::LogEntry::make("drill", {{"date", today.text()}, {"what", std::to_string(i)}}).value());
    ASSERT_TRUE(opened.log.append(entries));
    ASSERT_TRUE(opened.log.publish(today));
  }

  std::filesystem::path log() const { return folder_.path() / "vault" / "log"; }
  std::string get(const std::string& path) {
    Client client(site().port());
    client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    return client.read_all();
  }
  Site& site() {
    if (!site_) site_ = std::make_unique<Site>(std::vector<int>{0, 1}, Limits{}, folder_.path() / "vault");
    return *site_;
  }

  TempFolder folder_;
  const crypto::LogKey key_ = crypto::LogKey::generate("sandyk/0123456789abcdef");
  std::unique_ptr<Site> site_;
};

TEST_F(LogFiles, AreServedByteForByteWithTheHeadersOfEveryAnswer) {
  for (const std::string& path : std::vector<std::string>{"checkpoint", "tile/0/000", "tile/0/001.p/44",
                                                          "tile/1/000.p/1", "tile/entries/001.p/44"}) {
    const auto answer = get("/log/" + path);
    const auto bytes = crypto::read_file(log() / path, 1U << 20).value();
    EXPECT_EQ(status_of_answer(answer), 200) << path;
    EXPECT_THAT(answer, EndsWith("\r\n\r\n" + std::string(crypto::text_of(bytes)))) << path;
    EXPECT_THAT(answer, HasSubstr(path == "checkpoint" ? "Content-Type: text/plain; charset=utf-8\r\n"
                                                       : "Content-Type: application/octet-stream\r\n"));
    EXPECT_THAT(answer, HasSubstr("Cache-Control: no-store"));
    for (const char* unwanted : {"ETag", "Last-Modified", "Accept-Ranges", "Date:"})
      EXPECT_THAT(answer, Not(HasSubstr(unwanted)));
  }
}

TEST_F(LogFiles, AreAllThatIsReachedOfTheVault) {
  ASSERT_TRUE(std::filesystem::exists(log() / "pending-300"));
  for (const char* path :
       {"/log", "/log/", "/log/pending-300", "/log/tile", "/log/tile/", "/log/tile/0", "/log/tile/0/000/",
        "/log/tile/0/000.p", "/log/tile/0/002", "/log/tile/00/000", "/log//checkpoint", "/log/./checkpoint",
        "/log/tile/../checkpoint", "/log/../lock", "/log/checkpoint/", "/log/tile/0/001.p/0"})
    EXPECT_EQ(status_of_answer(get(path)), 404) << path;
  EXPECT_EQ(status_of_answer(get("/log/checkpoint")), 200);
}

TEST_F(LogFiles, AreNoneWhereNothingIsLogged) {
  std::filesystem::remove_all(log());
  EXPECT_EQ(status_of_answer(get("/log/checkpoint")), 404);
}

TEST_F(LogFiles, TakeNoOtherMethod) {
  Client client(site().port());
  EXPECT_EQ(client.status_of("PUT /log/checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"), 405);
}

TEST_F(LogFiles, AreAWholeLogToAnAuditor) {
  const auto fetch = [&](const std::string& path) -> tl::expected<crypto::Bytes, storage::LogReadFault> {
    const auto answer = get("/log/" + path);
    if (status_of_answer(answer) != 200) return tl::unexpected(storage::LogReadFault::not_found);
    const auto body = crypto::bytes_of(std::string_view(answer).substr(answer.find("\r\n\r\n") + 4));
    return crypto::Bytes(body.begin(), body.end());
  };
  const auto read = storage::read_log(fetch, key_.name(), key_.key());
  ASSERT_TRUE(read) << sentence(read.error());
  EXPECT_EQ(read->entries.size(), 300U);
}

}  // namespace
}  // namespace sandyk::intake
