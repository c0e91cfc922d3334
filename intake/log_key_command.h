// The key that signs the audit log: making it, and saying what its public half is.
#pragma once

#include <filesystem>

#include "crypto/seal/signature.h"

namespace sandyk::intake {

/// Writes a new key for the site of `root`, mode 0600, never over an existing file, and prints the vkey that
/// policy.json must have as `log_key`. Returns the exit code.
int make_log_key(const std::filesystem::path& file, const crypto::VerifyKey& root);

/// Prints the vkey of a key file. Returns the exit code.
int show_log_key(const std::filesystem::path& file);

}  // namespace sandyk::intake
