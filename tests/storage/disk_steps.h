// Stands before the calls that change a folder's names in this test program: rename, unlink, mkdir, and
// removing. What a process that is killed leaves behind is the disk between two of them.
#pragma once

#include <functional>

namespace sandyk::testing {

/// While one lives, `look` is called after each such call, but for those that it makes itself.
class AtEachStep {
 public:
  explicit AtEachStep(std::function<void()> look);
  ~AtEachStep();
  AtEachStep(const AtEachStep&) = delete;
  AtEachStep& operator=(const AtEachStep&) = delete;
};

}  // namespace sandyk::testing
