// The commands that work beside a running server: taking epochs out, putting keyrings in.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "crypto/seal/signature.h"

namespace sandyk::intake {

/// Turns the epoch and copies every finished one to `target`. Returns the exit code.
int export_epochs(const std::filesystem::path& vault, const std::filesystem::path& target);

/// Puts keyrings, each with its `.minisig` beside it, into the vault's inbox, and tells the server. All are
/// checked before the first is put there; against `root` when it is given (exit code 3).
int install_keyrings(const std::filesystem::path& vault, const std::vector<std::filesystem::path>& files,
                     const std::optional<crypto::VerifyKey>& root);

}  // namespace sandyk::intake
