// Stands before the system's calls that sync files and change a folder's names in this test program: records
// which files were synced, can make a sync fail as a dying disk does, and can stop at every step, since what
// a killed process leaves behind is the disk between two of them.
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

/// While one lives, calls `look` before each sync and change of names of any thread, one at a time.
class BeforeEachStep {
 public:
  explicit BeforeEachStep(std::function<void()> look);
  ~BeforeEachStep();
  BeforeEachStep(const BeforeEachStep&) = delete;
  BeforeEachStep& operator=(const BeforeEachStep&) = delete;
};

/// While one lives, `look` is called after each call of this thread that changes a folder's names, but for
/// those that it makes itself.
class AfterEachNameChange {
 public:
  explicit AfterEachNameChange(std::function<void()> look);
  ~AfterEachNameChange();
  AfterEachNameChange(const AfterEachNameChange&) = delete;
  AfterEachNameChange& operator=(const AfterEachNameChange&) = delete;
};

}  // namespace sandyk::testing
