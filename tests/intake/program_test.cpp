// The program as an operator runs it, down to stderr and exit code.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crypto/seal/file.h"
#include "crypto/seal/signed_note.h"
#include "tests/intake/site.h"

namespace sandyk::intake {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Words = std::vector<std::string>;

/// A child process whose output goes to files; ended when the object goes.
class Child {
 public:
  Child(const Words& words, const std::filesystem::path& folder, rlim_t max_files = 0)
      : out_(folder / "out"), err_(folder / "err") {
    std::filesystem::remove(out_);
    std::filesystem::remove(err_);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(::open(out_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
      ::dup2(::open(err_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
      const rlimit files{max_files, max_files};
      if (max_files != 0) ::setrlimit(RLIMIT_NOFILE, &files);
      std::vector<char*> arguments;
      for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
      arguments.push_back(nullptr);
      ::execvp(arguments[0], arguments.data());
      ::_exit(127);
    }
  }
  ~Child() {
    if (!pid_) return;
    ::kill(pid_, SIGKILL);
    wait();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void signal(int number) const { ::kill(pid_, number); }
  int wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, 0), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  std::string out() const { return text_of(out_); }
  std::string err() const { return text_of(err_); }
  /// The port it says it listens on; 0 when it ends without.
  std::uint16_t port() const {
    for (int i = 0; i < 2000; ++i) {
      const std::string text = out();
      if (text.ends_with('\n'))
        return static_cast<std::uint16_t>(std::stoi(text.substr(text.rfind(':') + 1)));
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return 0;
  }

 private:
  static std::string text_of(const std::filesystem::path& path) {
    const auto bytes = crypto::read_file(path, 64 * crypto::mib);
    return bytes ? std::string(crypto::text_of(*bytes)) : std::string();
  }

  std::filesystem::path out_, err_;
  pid_t pid_ = 0;
};

class Program : public ::testing::Test {
 protected:
  void SetUp() override {
    ::signal(SIGPIPE, SIG_IGN);
    write_certificate(folder());
    ASSERT_TRUE(crypto::write_file(folder() / "root.pub", crypto::bytes_of(keys_.root.verify_key().file())));
    std::filesystem::create_directories(vault() / "keyring");
    for (int i = 0; i < 6; ++i) write_keyring(keys_, week_ + std::chrono::weeks(i), vault() / "keyring");
  }

  const std::filesystem::path& folder() const { return folder_.path(); }
  std::filesystem::path vault() const { return folder() / "vault"; }
  Words serving(const Words& more = {}) const {
    Words words = {SANDYK_INTAKE, "serve",
                   "--vault",     vault().string(),
                   "--root-key",  (folder() / "root.pub").string(),
                   "--cert",      (folder() / "cert.pem").string(),
                   "--key",       (folder() / "key.pem").string(),
                   "--listen",    "127.0.0.1:0",
                   "--reserve",   "0"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  int put(std::uint16_t port, const crypto::Bytes& sealed) const {
    Client client(port);
    client.send(put_head(sealed, week_));
    client.send(sealed);
    return status_of_answer(client.read_answer());
  }
  /// Runs to the end.
  int run(const Words& words) {
    Child child(words, folder());
    const int code = child.wait();
    said_ = child.out() + child.err();
    return code;
  }

  TempFolder folder_;
  testing::TestSite keys_ = testing::TestSite::make();
  crypto::Week week_{crypto::Date::today()};
  std::string said_;
};

TEST_F(Program, ServesAndStopsCleanlyOnSigterm) {
  Child server(serving(), folder());
  const auto port = server.port();
  ASSERT_NE(port, 0);
  EXPECT_EQ(put(port, sealed_report(keys_)), 201);
  server.signal(SIGTERM);
  EXPECT_EQ(server.wait(), 0);
  EXPECT_THAT(server.out(), HasSubstr("sandyk-intake: listening on https://127.0.0.1:"));
}

TEST_F(Program, SaysNothingOfClients) {
  Child server(serving(), folder());
  const auto port = server.port();
  Client client(port);
  client.send("GET /marker-path HTTP/1.1\r\nHost: marker-host\r\nUser-Agent: marker-agent\r\n\r\n");
  client.read_all();
  server.signal(SIGINT);
  EXPECT_EQ(server.wait(), 0);
  EXPECT_THAT(server.out() + server.err(), Not(HasSubstr("marker")));
}

TEST_F(Program, RefusesASecondServerOnTheSameVault) {
  Child server(serving(), folder());
  ASSERT_NE(server.port(), 0);
  std::filesystem::create_directories(folder() / "second");
  Child second(serving(), folder() / "second");
  EXPECT_EQ(second.wait(), 1);
  EXPECT_THAT(second.err(), HasSubstr("sandyk-intake: "));
}

TEST_F(Program, TurnsTheEpochOnSighupAndExports) {
  Child server(serving(), folder());
  const auto port = server.port();
  EXPECT_EQ(put(port, sealed_report(keys_)), 201);
  std::filesystem::create_directories(folder() / "exporting");
  Child exporting({SANDYK_INTAKE, "export", (folder() / "usb").string(), "--vault", vault().string()},
                  folder() / "exporting");
  EXPECT_EQ(exporting.wait(), 0) << exporting.err();
  EXPECT_THAT(exporting.out(), HasSubstr("copied"));
  EXPECT_EQ(put(port, sealed_report(keys_)), 201);
  server.signal(SIGTERM);
  EXPECT_EQ(server.wait(), 0);
}

TEST_F(Program, TakesReportsOnceAKeyringIsInstalled) {
  std::filesystem::remove_all(vault());
  Child server(serving(), folder());
  const auto port = server.port();
  const auto sealed = sealed_report(keys_);
  EXPECT_EQ(put(port, sealed), 503);

  const auto incoming = folder() / "incoming";
  std::filesystem::create_directories(incoming);
  write_keyring(keys_, week_, incoming);
  Child installing({SANDYK_INTAKE, "install", (incoming / (week_.text() + ".json")).string(), "--vault",
                    vault().string(), "--root-key", (folder() / "root.pub").string()},
                   incoming);
  EXPECT_EQ(installing.wait(), 0) << installing.err();
  int status = 503;
  for (int i = 0; i < 500 && status == 503; ++i) {
    status = put(port, sealed);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(status, 201);
}

TEST_F(Program, RefusesAKeyringOfAnotherSite) {
  write_keyring(testing::TestSite::make(), week_, folder());
  EXPECT_EQ(run({SANDYK_INTAKE, "install", (folder() / (week_.text() + ".json")).string(), "--vault",
                 vault().string(), "--root-key", (folder() / "root.pub").string()}),
            3);
}

TEST_F(Program, MakesALogKeyOnceAndShowsItsPublicHalf) {
  const std::string file = (folder() / "log.key").string(), root = (folder() / "root.pub").string();
  EXPECT_EQ(run({SANDYK_INTAKE, "log-key", "new", file, "--root-key", root}), 0);
  const std::string vkey = said_;
  EXPECT_THAT(vkey, ::testing::StartsWith("sandyk/" + keys_.root.verify_key().site() + "+"));
  EXPECT_TRUE(crypto::NoteKey::parse(vkey.substr(0, vkey.size() - 1)));
  EXPECT_EQ(std::filesystem::status(file).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(run({SANDYK_INTAKE, "log-key", "show", file}), 0);
  EXPECT_EQ(said_, vkey);
  EXPECT_EQ(run({SANDYK_INTAKE, "log-key", "new", file, "--root-key", root}), 1);
  EXPECT_THAT(said_, HasSubstr("it is there already"));
  EXPECT_EQ(run({SANDYK_INTAKE, "log-key", "show", file}), 0);
  EXPECT_EQ(said_, vkey);
}

TEST_F(Program, SaysWhatALogKeyNeeds) {
  const std::string file = (folder() / "log.key").string();
  EXPECT_EQ(run({SANDYK_INTAKE, "log-key", "new", file}), 2);
  EXPECT_THAT(said_, HasSubstr("--root-key is needed"));
  EXPECT_EQ(run({SANDYK_INTAKE, "log-key", "show", file}), 1);
  EXPECT_EQ(run({SANDYK_INTAKE, "log-key", "show", (folder() / "root.pub").string()}), 3);
}

TEST_F(Program, SurvivesRunningOutOfDescriptors) {
  Child server(serving(), folder(), 80);
  const auto port = server.port();
  ASSERT_NE(port, 0);
  EXPECT_THAT(server.err(), HasSubstr("connections only"));
  {
    std::vector<std::unique_ptr<Client>> many;
    for (int i = 0; i < 150; ++i) many.push_back(std::make_unique<Client>(port, false));
  }
  int status = 0;
  for (int i = 0; i < 100 && status != 201; ++i) {
    status = put(port, sealed_report(keys_));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(status, 201);
}

TEST_F(Program, AnswersFullDiskAndKeepsWhatWasAcknowledged) {
  Child server(serving({"--reserve", "1000000G"}), folder());
  const auto port = server.port();
  const auto sealed = sealed_report(keys_);
  EXPECT_EQ(put(port, sealed), 507);
  server.signal(SIGTERM);
  EXPECT_EQ(server.wait(), 0);
  std::filesystem::create_directories(folder() / "again");
  Child again(serving(), folder() / "again");
  EXPECT_EQ(put(again.port(), sealed), 201);
}

TEST_F(Program, ServesPlainOverAUnixSocket) {
  Child server({SANDYK_INTAKE, "serve", "--vault", vault().string(), "--root-key",
                keys_.root.verify_key().text(), "--unix-socket", (folder() / "socket").string()},
               folder());
  for (int i = 0; i < 2000 && !server.out().ends_with('\n'); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(run({"curl", "-sS", "--unix-socket", (folder() / "socket").string(), "http://a/health"}), 0)
      << said_;
  server.signal(SIGTERM);
  EXPECT_EQ(server.wait(), 0);
  EXPECT_FALSE(std::filesystem::exists(folder() / "socket"));
}

TEST_F(Program, TakesAReportFromCurl) {
  Child server(serving(), folder());
  const auto sealed = sealed_report(keys_);
  ASSERT_TRUE(crypto::write_file(folder() / "report.age", sealed));
  const auto url =
      "https://127.0.0.1:" + std::to_string(server.port()) + "/reports/" + crypto::report_id(sealed).hex();
  std::filesystem::create_directories(folder() / "curl");
  Child curl({"curl", "-sSk", "-T", (folder() / "report.age").string(), "-H", "Sandyk-Week: " + week_.text(),
              "-H", "Expect: 100-continue", url},
             folder() / "curl");
  EXPECT_EQ(curl.wait(), 0) << curl.err();
  EXPECT_EQ(curl.out(), "{\"stored\":true}\n");
}

TEST_F(Program, SaysEveryProblemOfItsConfigurationInASentence) {
  EXPECT_EQ(run({SANDYK_INTAKE}), 2);
  EXPECT_EQ(run({SANDYK_INTAKE, "serve", "--nonsense"}), 2);
  EXPECT_EQ(run({SANDYK_INTAKE, "serve"}), 2);
  EXPECT_THAT(said_,
              AllOf(HasSubstr("--vault"), HasSubstr("--root-key"), HasSubstr("--cert"), HasSubstr("--key")));
  EXPECT_EQ(run(serving({"--config", (folder() / "none").string()})), 2);
  ASSERT_TRUE(crypto::write_file(folder() / "conf", crypto::bytes_of("lisen = x\n")));
  EXPECT_EQ(run(serving({"--config", (folder() / "conf").string()})), 2);
  EXPECT_THAT(said_, HasSubstr("the nearest is \"listen\""));
  EXPECT_EQ(run(serving({"--listen", "nowhere"})), 2);
  EXPECT_EQ(run(serving({"--cert", (folder() / "key.pem").string()})), 2);
  EXPECT_EQ(run(serving({"--key", (folder() / "cert.pem").string()})), 2);
  std::filesystem::create_directories(folder() / "other");
  write_certificate(folder() / "other");
  EXPECT_EQ(run(serving({"--key", (folder() / "other" / "key.pem").string()})), 2);
  EXPECT_THAT(said_, HasSubstr("does not belong"));
}

TEST_F(Program, ChecksAConfigurationWithoutServing) {
  Words words = serving();
  words[1] = "check";
  EXPECT_EQ(run(words), 0) << said_;
  EXPECT_THAT(said_, HasSubstr(keys_.root.verify_key().site()));
}

TEST_F(Program, TeachesAndSaysItsVersion) {
  EXPECT_EQ(run({SANDYK_INTAKE, "--help"}), 0);
  EXPECT_THAT(said_, AllOf(HasSubstr("sandyk-intake install"), HasSubstr("Exit codes")));
  EXPECT_EQ(run({SANDYK_INTAKE, "--version"}), 0);
  EXPECT_THAT(said_, HasSubstr("sandyk-intake "));
}

TEST_F(Program, LinksNothingThatOpens) {
  ASSERT_EQ(run({"nm", "-C", SANDYK_INTAKE}), 0);
  EXPECT_THAT(said_, HasSubstr("sandyk::intake::Front::run"));
  for (const char* opening :
       {"HybridIdentity", "SigningKey", "age::Opener", "IdentityFile", "sandyk::report::"})
    EXPECT_THAT(said_, Not(HasSubstr(opening))) << opening;
}

}  // namespace
}  // namespace sandyk::intake
