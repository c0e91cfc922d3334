// Stands before the system's file calls in this test program, below SQLite's own VFS and below our own code:
// what either writes under the recorded folder goes to a model of the disk as well, and the power fails there
// at random moments.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "tests/power/disk_model.h"

namespace sandyk::testing {

/// While one lives, all that this process does to files below `root` is recorded. Only one at a time.
class Recording {
 public:
  /// Called at random moments, every `mean_gap` writes or so (other calls count for more), with nothing else
  /// going on below `root`. It must not throw.
  using OnCut = std::function<void(const DiskModel&, std::mt19937_64&)>;
  Recording(const std::filesystem::path& root, std::uint64_t seed, std::uint64_t mean_gap, OnCut on_cut);
  ~Recording();
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;
};

}  // namespace sandyk::testing
