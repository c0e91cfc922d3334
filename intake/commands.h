// The commands that work beside a running server: taking epochs out, putting signed files in.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "crypto/seal/signature.h"

namespace sandyk::intake {

/// Turns the epoch and copies every finished one to `target`. Returns the exit code.
int export_epochs(const std::filesystem::path& vault, const std::filesystem::path& target);

/// Puts signed files, each with its `.minisig` beside it, into the vault's inbox, and tells the server:
/// keyrings, retention policies, import receipts, statements of destroyed keys. All are checked before the
/// first is put there; keyrings and policies against `root` when it is given (exit code 3). The server
/// verifies everything again.
int install(const std::filesystem::path& vault, const std::vector<std::filesystem::path>& files,
            const std::optional<crypto::VerifyKey>& root);

}  // namespace sandyk::intake
