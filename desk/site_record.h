// What the root signed for the site, as far as it lies in a home and in an export: keyrings and policies.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/keyring.h"
#include "crypto/seal/policy.h"
#include "desk/home.h"
#include "desk/problem.h"

namespace sandyk::desk {

/// The root's public key: the line or file that `given` names, or the home's root.pub when it is empty.
[[nodiscard]] tl::expected<crypto::VerifyKey, Problem> root_key_of(const Home& home,
                                                                   const std::string& given);

class SiteRecord {
 public:
  /// Reads `keyring/` and `policy/` of each place. What does not verify with `root` is passed over: it says
  /// nothing.
  static SiteRecord read(const crypto::VerifyKey& root, const std::vector<std::filesystem::path>& places);

  const crypto::VerifyKey& root() const { return root_; }
  std::string site() const { return root_.site(); }
  /// The week's keyring with the highest serial, or nothing.
  const crypto::Keyring* keyring(crypto::Week week) const;
  const std::map<crypto::Week, crypto::Keyring>& keyrings() const { return keyrings_; }
  /// The policy with the highest serial among those in force on `day`, or nothing.
  const crypto::Policy* policy(crypto::Date day) const;
  /// Who may approve holds and destroy-unread: every desk key of the keyrings, and the policy's officers.
  std::vector<crypto::VerifyKey> approvers(crypto::Date day) const;

 private:
  explicit SiteRecord(const crypto::VerifyKey& root) : root_(root) {}

  crypto::VerifyKey root_;
  std::map<crypto::Week, crypto::Keyring> keyrings_;
  std::map<std::uint64_t, crypto::Policy> policies_;
};

/// What is known when the root key is: given, or in the home. Nothing inside the result when it is neither.
[[nodiscard]] tl::expected<std::optional<SiteRecord>, Problem> known_site(
    const Home& home, const std::string& given_root, const std::vector<std::filesystem::path>& places);

/// Every desk key in `keyrings`, each once.
std::vector<crypto::VerifyKey> desk_keys_of(const std::map<crypto::Week, crypto::Keyring>& keyrings);

/// The policies in a folder, each verified, by serial. One that does not verify is a problem: for the home of
/// whoever signs the next.
[[nodiscard]] tl::expected<std::map<std::uint64_t, crypto::Policy>, Problem> read_policy_chain(
    const std::filesystem::path& folder, const crypto::VerifyKey& root);

}  // namespace sandyk::desk
