// Bringing boards: `sandyk-intake board install DIR`.
#pragma once

#include <filesystem>

#include "crypto/seal/signature.h"

namespace sandyk::intake {

/// Verifies every `<organisation>.<date>.board` in `folder` with its `.minisig` against the vault's keyrings:
/// signature, kind, site, organisation, day, and that numbers never go back. When all are good they are put
/// into the vault's inbox and the server is told, which verifies them again. Boards whose day is over are
/// passed over. Returns the exit code: 3 when one does not verify (then none is put there), or when all are
/// over; 5 when some are.
int install_boards(const std::filesystem::path& vault, const std::filesystem::path& folder,
                   const crypto::VerifyKey& root);

}  // namespace sandyk::intake
