#include "storage/export.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/storage/site.h"

namespace sandyk::storage {
namespace {

using namespace std::chrono_literals;

class ExportTest : public VaultTest {
 protected:
  const std::filesystem::path target = folder.path / "usb";
  tl::expected<Exported, ExportFault> run(std::chrono::seconds patience = 20s) {
    return export_vault(vault, target, patience, [](std::uint64_t, std::uint64_t) {});
  }
};

/// A server in a process of its own: stores one report, then turns on every SIGHUP until SIGTERM.
class RunningServer {
 public:
  RunningServer(const VaultSettings& settings, const Sample& report, bool obeys) {
    int ends[2];
    if (::pipe(ends) != 0) std::abort();
    pid_ = ::fork();
    if (pid_ == 0) serve(settings, report, obeys, ends[1]);
    ::close(ends[1]);
    char ready = 0;
    EXPECT_EQ(::read(ends[0], &ready, 1), 1);
    ::close(ends[0]);
  }
  ~RunningServer() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

 private:
  [[noreturn]] static void serve(const VaultSettings& settings, const Sample& report, bool obeys, int ready) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    {
      auto vault = Vault::open(settings, monday);
      if (!vault || !(*vault)->put(report.id, crypto::Week(monday), report.body())) ::_exit(1);
      if (::write(ready, "r", 1) != 1) ::_exit(1);
      int signal = 0;
      while (::sigwait(&set, &signal) == 0 && signal == SIGHUP)
        if (obeys) (void)(*vault)->turn(monday);
    }
    ::_exit(0);
  }
  pid_t pid_;
};

TEST_F(ExportTest, TurnsTheEpochOfARunningServerAndCopiesTheClosedOne) {
  const auto report = sample();
  const RunningServer server(settings(), report, true);
  const auto exported = run();
  ASSERT_TRUE(exported) << sentence(exported.error());
  ASSERT_EQ(exported->copied.size(), 1U);
  EXPECT_EQ(exported->unfinished.size(), 1U);
  const auto copied = epochs_of(target);
  ASSERT_EQ(copied.size(), 1U);
  EXPECT_EQ(state(copied[0]), EpochInfo::State::closed);
  EXPECT_EQ(ids_in(copied[0]), std::multiset<std::string>{report.id.hex()});
  EXPECT_TRUE(std::filesystem::exists(target / "keyring/2026-W48.json"));
  EXPECT_TRUE(std::filesystem::exists(target / "keyring/2026-W48.json.minisig"));
}

TEST_F(ExportTest, SaysThatTheServerDidNotTurn) {
  const auto report = sample();
  const RunningServer server(settings(), report, false);
  EXPECT_EQ(run(1s).error(), ExportFault::no_turn);
}

TEST_F(ExportTest, MarksWhatACrashLeftWhenNoServerRuns) {
  const auto report = sample();
  const pid_t child = ::fork();
  if (child == 0) {
    auto v = open_vault();
    ::_exit(v->put(report.id, week, report.body()) ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  ASSERT_EQ(run().value().copied.size(), 1U);
  const auto copied = epochs_of(target).at(0);
  EXPECT_EQ(state(copied), EpochInfo::State::unclean);
  EXPECT_EQ(ids_in(copied), std::multiset<std::string>{report.id.hex()});
}

TEST_F(ExportTest, CopiesOnlyWhatIsNewTheSecondTime) {
  { open_vault(); }
  ASSERT_EQ(run().value().copied.size(), 1U);
  { open_vault(); }
  const auto second = run().value();
  EXPECT_EQ(second.copied.size(), 1U);
  EXPECT_EQ(second.present.size(), 1U);
  EXPECT_EQ(epochs_of(target).size(), 2U);
}

TEST_F(ExportTest, RefusesATargetThatHoldsAnotherFileUnderTheName) {
  { open_vault(); }
  ASSERT_TRUE(run());
  const auto key = epochs_of(target).at(0) / "key.age";
  auto bytes = crypto::read_file(key, 65536).value();
  bytes.back() ^= 1;
  ASSERT_TRUE(crypto::write_file(key, bytes));
  EXPECT_EQ(run().error(), ExportFault::differs);
}

TEST_F(ExportTest, RefusesAFolderThatIsNoVault) {
  EXPECT_EQ(export_vault(folder.path / "nothing", target, 1s, nullptr).error(), ExportFault::no_vault);
}

TEST_F(ExportTest, RefusesATargetThatCannotBeWritten) {
  { open_vault(); }
  EXPECT_EQ(export_vault(vault, "/proc/usb", 1s, nullptr).error(), ExportFault::target);
}

TEST_F(ExportTest, ReportsProgressUpToTheEnd) {
  { open_vault(); }
  std::uint64_t done = 0, all = 1;
  ASSERT_TRUE(export_vault(vault, target, 1s, [&](std::uint64_t d, std::uint64_t a) {
    EXPECT_GE(d, done);
    done = d;
    all = a;
  }));
  EXPECT_EQ(done, all);
}

TEST_F(ExportTest, SignalsNobodyWhenNoServerRuns) {
  EXPECT_FALSE(signal_server(vault));
}

}  // namespace
}  // namespace sandyk::storage
