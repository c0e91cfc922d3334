// What every program's exit code means (docs/formats.md, "Exit codes").
#pragma once

namespace sandyk::crypto {

enum ExitCode : int {
  exit_done = 0,
  exit_not_done = 1,     ///< network, disk, lock
  exit_usage = 2,        ///< usage or configuration
  exit_unverified = 3,   ///< a signature, digest or certificate did not verify
  exit_no_key = 4,       ///< wrong passphrase or missing key
  exit_partly_done = 5,  ///< what is missing was listed
};

}  // namespace sandyk::crypto
