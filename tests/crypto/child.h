// What a test does in a child process of its own, as the statement of EXPECT_EXIT.
#pragma once

#include <grp.h>
#include <sys/types.h>
#include <unistd.h>

namespace sandyk::crypto {

/// Gives up the rights of root, if it has them: nobody's number, and no groups.
inline bool leave_root() {
  constexpr uid_t nobody = 65534;
  return ::geteuid() != 0 || (::setgroups(0, nullptr) == 0 && ::setresgid(nobody, nobody, nobody) == 0 &&
                              ::setresuid(nobody, nobody, nobody) == 0);
}

}  // namespace sandyk::crypto
