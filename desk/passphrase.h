// Passphrases: from the terminal, unseen, or from a file; never from an argument or the environment.
#pragma once

#include <filesystem>
#include <string>
#include <tl/expected.hpp>

#include "crypto/seal/secret.h"
#include "desk/problem.h"

namespace sandyk::desk {

inline constexpr std::size_t least_passphrase = 12;  ///< bytes of a new one
inline constexpr std::size_t most_passphrase = 1024;

/// Where passphrases come from: the first line of `file`, or the terminal when it is empty.
struct PassphraseSource {
  std::filesystem::path file;
};

/// An existing passphrase; `whose` completes "Passphrase of …".
[[nodiscard]] tl::expected<crypto::SecretText, Problem> ask_passphrase(const PassphraseSource& source,
                                                                       const std::string& whose);

/// A new passphrase, asked for twice on a terminal; short ones are refused.
[[nodiscard]] tl::expected<crypto::SecretText, Problem> ask_new_passphrase(const PassphraseSource& source,
                                                                           const std::string& whose);

}  // namespace sandyk::desk
