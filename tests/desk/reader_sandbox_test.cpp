// What the reader can still do, and what ends it. Each case is a process of its own.
#include "desk/reader_sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <functional>

namespace sandyk::desk {
namespace {

#ifndef SANDYK_SANITIZED

using ::testing::ExitedWithCode;
using ::testing::KilledBySignal;

constexpr int control = 0, talk = 1, is_true = 0, is_false = 1, not_confined = 2;

/// Confines itself as a process that reads, acts, and ends with what came of it.
[[noreturn]] void confined(const std::function<bool()>& act) {
  if (!enter_reader_sandbox(control, talk) || !enter_talk_sandbox()) ::_exit(not_confined);
  ::_exit(act() ? is_true : is_false);
}

/// The same as the process that forks those.
[[noreturn]] void forking(const std::function<bool()>& act) {
  if (!enter_reader_sandbox(control, talk)) ::_exit(not_confined);
  ::_exit(act() ? is_true : is_false);
}

bool is_refused(long outcome) {
  return outcome < 0 && errno == EACCES;
}

class ReaderSandbox : public ::testing::Test {
 protected:
  ReaderSandbox() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(ReaderSandbox, MayThinkAndTakeMemory) {
  EXPECT_EXIT(confined([] {
                volatile char* memory = static_cast<char*>(std::malloc(1 << 20));
                memory[0] = 1;
                std::free(const_cast<char*>(memory));
                return true;
              }),
              ExitedWithCode(is_true), "");
}

TEST_F(ReaderSandbox, OpensNoFile) {
  EXPECT_EXIT(confined([] { return is_refused(::open("/etc/passwd", O_RDONLY)); }), ExitedWithCode(is_true),
              "");
  EXPECT_EXIT(confined([] { return is_refused(::open("/tmp/sandyk-made", O_WRONLY | O_CREAT, 0600)); }),
              ExitedWithCode(is_true), "");
  EXPECT_NE(::access("/tmp/sandyk-made", F_OK), 0);
}

TEST_F(ReaderSandbox, TouchesNoFileByItsName) {
  EXPECT_EXIT(confined([] { return ::unlink("/tmp/x") == 0; }), KilledBySignal(SIGSYS), "");
  EXPECT_EXIT(confined([] { return ::mkdir("/tmp/x", 0700) == 0; }), KilledBySignal(SIGSYS), "");
}

TEST_F(ReaderSandbox, HasNoNetwork) {
  EXPECT_EXIT(confined([] { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0; }), KilledBySignal(SIGSYS), "");
  EXPECT_EXIT(confined([] { return ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0; }), KilledBySignal(SIGSYS), "");
}

TEST_F(ReaderSandbox, StartsNoProgram) {
  EXPECT_EXIT(confined([] {
                char path[] = "/bin/true";
                char* const arguments[] = {path, nullptr};
                return ::execv(path, arguments) == 0;
              }),
              KilledBySignal(SIGSYS), "");
  EXPECT_EXIT(confined([] { return ::fork() >= 0; }), KilledBySignal(SIGSYS), "");
}

TEST_F(ReaderSandbox, LooksIntoNoOtherProcess) {
  EXPECT_EXIT(
      confined([] { return ::syscall(SYS_process_vm_readv, ::getppid(), nullptr, 0, nullptr, 0, 0) >= 0; }),
      KilledBySignal(SIGSYS), "");
  EXPECT_EXIT(confined([] { return ::kill(1, 0) == 0; }), KilledBySignal(SIGSYS), "");
}

TEST_F(ReaderSandbox, WritesToItsTalkAlone) {
  EXPECT_EXIT(confined([] { return ::write(2, "x", 1) == 1; }), KilledBySignal(SIGSYS), "");
  EXPECT_EXIT(confined([] { return ::write(control, "x", 1) == 1; }), KilledBySignal(SIGSYS), "");
}

TEST_F(ReaderSandbox, IsGivenNoOtherFile) {
  EXPECT_EXIT(confined([] {
                msghdr message{};
                return ::recvmsg(control, &message, 0) >= 0;
              }),
              KilledBySignal(SIGSYS), "");
  EXPECT_EXIT(confined([] { return ::dup2(control, talk) >= 0; }), KilledBySignal(SIGSYS), "");
  EXPECT_EXIT(confined([] { return ::close(talk) == 0; }), KilledBySignal(SIGSYS), "");
}

TEST_F(ReaderSandbox, ChangesItsFilterNoMore) {
  EXPECT_EXIT(confined([] { return enter_talk_sandbox(); }), KilledBySignal(SIGSYS), "");
}

/// It must fork, and that is what it can do besides.
TEST_F(ReaderSandbox, TheForkingProcessForksAndIsAsConfined) {
  EXPECT_EXIT(forking([] {
                const pid_t process = ::fork();
                if (process == 0) ::_exit(0);
                return process > 0;
              }),
              ExitedWithCode(is_true), "");
  EXPECT_EXIT(forking([] { return is_refused(::open("/etc/passwd", O_RDONLY)); }), ExitedWithCode(is_true),
              "");
  EXPECT_EXIT(forking([] { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0; }), KilledBySignal(SIGSYS), "");
  EXPECT_EXIT(forking([] {
                char path[] = "/bin/true";
                char* const arguments[] = {path, nullptr};
                return ::execv(path, arguments) == 0;
              }),
              KilledBySignal(SIGSYS), "");
  EXPECT_EXIT(forking([] { return ::vfork() > 0; }), KilledBySignal(SIGSYS), "");
  EXPECT_EXIT(forking([] { return ::write(2, "x", 1) == 1; }), KilledBySignal(SIGSYS), "");
}

TEST_F(ReaderSandbox, MakesNothingAProgramThatWasNone) {
  EXPECT_EXIT(confined([] {
                return ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
                       MAP_FAILED;
              }),
              KilledBySignal(SIGSYS), "");
}

#endif

}  // namespace
}  // namespace sandyk::desk
