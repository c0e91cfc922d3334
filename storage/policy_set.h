// The verified policies of a vault (vault/policy/), by serial: all that were ever applied, so that an auditor
// can follow the chain.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/policy.h"
#include "storage/keyring_set.h"

namespace sandyk::storage {

/// Reads and verifies `<serial>.json` with its `.minisig`; the fault says why not, for people.
[[nodiscard]] tl::expected<crypto::Policy, std::string> read_policy(const std::filesystem::path& json,
                                                                    const crypto::VerifyKey& root);

/// A serial in its one spelling, decimal digits; nothing for any other text.
std::optional<std::uint64_t> policy_serial(std::string_view text);

/// Immutable once read; share it as std::shared_ptr<const PolicySet>.
class PolicySet {
 public:
  /// Reads and verifies every `<serial>.json` with its `.minisig` in `folder`. What does not verify is passed
  /// over and listed in `rejected`.
  static PolicySet read(const std::filesystem::path& folder, const crypto::VerifyKey& root);

  /// The one that rules on `day`: of the highest serial among those that have begun. Nothing when none has.
  const crypto::Policy* in_force(crypto::Date day) const;
  /// Of the highest serial, begun or not; nothing when there is none.
  const crypto::Policy* latest() const;
  const crypto::Policy* of_serial(std::uint64_t serial) const;
  const std::map<std::uint64_t, crypto::Policy>& all() const { return by_serial_; }
  const std::vector<Rejected>& rejected() const { return rejected_; }

 private:
  std::map<std::uint64_t, crypto::Policy> by_serial_;
  std::vector<Rejected> rejected_;
};

}  // namespace sandyk::storage
