// The root's one regular act: signing a keyring for each week from the organisations' public files.
#pragma once

#include <filesystem>
#include <tl/expected.hpp>
#include <vector>

#include "desk/home.h"
#include "desk/week_keys.h"

namespace sandyk::desk {

inline constexpr std::chrono::days usual_retention{30};

/// The last day of a week's identities, as keyrings with the usual terms say it.
inline crypto::Date usual_destroy_by(crypto::Week week) {
  return week.sunday() + crypto::grace_days + usual_retention + crypto::grace_days;
}

struct KeyringTerms {
  std::uint64_t max_class;      ///< largest size class taken
  std::chrono::days retention;  ///< longest stay on the server; identities live until 14 days after it
  std::vector<crypto::Node> nodes;
};

struct SignedKeyring {
  crypto::Week week;
  std::vector<std::string> organisations;
  std::filesystem::path file;
};

/// Signs one keyring a week, in order of weeks, each with the next serial and the hash of the one before,
/// into the home's keyring folder. Every week must have the same organisations: a week with one missing would
/// tell which reports it is for. A week that has a keyring already is a problem unless `replace`.
[[nodiscard]] tl::expected<std::vector<SignedKeyring>, Problem> sign_keyrings(
    const Home& home, const std::vector<std::filesystem::path>& public_files, const KeyringTerms& terms,
    bool replace, const PassphraseSource& passphrases);

}  // namespace sandyk::desk
