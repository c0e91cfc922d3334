// The verified keyrings of a vault (vault/keyring/), by week.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/keyring.h"

namespace sandyk::storage {

/// A file that was passed over, and why: for the operator's eyes.
struct Rejected {
  std::string name;
  std::string why;
};

/// The week that `<week>.json` names; nothing for any other name.
std::optional<crypto::Week> week_of_name(const std::string& name);

/// Reads and verifies `<week>.json` with its `.minisig`; the fault says why not, for people.
[[nodiscard]] tl::expected<crypto::Keyring, std::string> read_keyring(const std::filesystem::path& json,
                                                                      const crypto::VerifyKey& root);

/// Immutable once read; share it as std::shared_ptr<const KeyringSet>.
class KeyringSet {
 public:
  /// Reads and verifies every `<week>.json` with its `.minisig` in `folder`. What does not verify is passed
  /// over and listed in `rejected`.
  static KeyringSet read(const std::filesystem::path& folder, const crypto::VerifyKey& root);

  /// The keyring to seal with on `day`, or nothing.
  const crypto::Keyring* in_force(crypto::Date day) const;
  const crypto::Keyring* of_week(crypto::Week week) const;
  /// The latest week there is a keyring for.
  std::optional<crypto::Week> last_week() const;
  const std::map<crypto::Week, crypto::Keyring>& all() const { return by_week_; }
  const std::vector<Rejected>& rejected() const { return rejected_; }

 private:
  std::map<crypto::Week, crypto::Keyring> by_week_;
  std::vector<Rejected> rejected_;
};

}  // namespace sandyk::storage
