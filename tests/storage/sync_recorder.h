// Stands before the system's fsync and fdatasync in this test program: records which files were synced, and
// can make a sync fail as a dying disk does.
#pragma once

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

}  // namespace sandyk::testing
