// Stands before the system's fsync, fdatasync, rename and unlink in this test program: records which files
// were synced, can make a sync fail as a dying disk does, and can stop before every step.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace sandyk::testing {

/// Paths in the order they were synced since the last `forget_syncs`, folders among them.
std::vector<std::string> recorded_syncs();
void forget_syncs();

/// While one lives, syncing a file whose path ends in `ending` fails with EIO.
class FailingSync {
 public:
  explicit FailingSync(std::string ending);
  ~FailingSync();
  FailingSync(const FailingSync&) = delete;
  FailingSync& operator=(const FailingSync&) = delete;
};

/// While one lives, calls `look` before each sync, rename and unlink of any thread, one at a time.
class BeforeEachStep {
 public:
  explicit BeforeEachStep(std::function<void()> look);
  ~BeforeEachStep();
  BeforeEachStep(const BeforeEachStep&) = delete;
  BeforeEachStep& operator=(const BeforeEachStep&) = delete;
};

}  // namespace sandyk::testing
