// A site made up for a test: a root key, and for each organisation an identity, with keyrings signed as real
// ones are.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "crypto/open/age/mlkem768x25519.h"
#include "crypto/open/signing.h"
#include "crypto/seal/keyring.h"
#include "crypto/seal/size_class.h"

namespace sandyk::testing {

/// The bytes of `<week>.json` and of `<week>.json.minisig`.
struct SignedKeyring {
  std::string json, signature;
};

struct TestSite {
  crypto::SigningKey root;
  crypto::SigningKey desk;                              ///< desk and answer key of every organisation
  std::vector<crypto::age::HybridIdentity> identities;  ///< one for each organisation, the same every week

  static TestSite make(std::size_t organisations = 2) {
    std::vector<crypto::age::HybridIdentity> identities;
    for (std::size_t i = 0; i < organisations; ++i)
      identities.push_back(crypto::age::HybridIdentity::generate());
    return TestSite{crypto::SigningKey::generate(), crypto::SigningKey::generate(), std::move(identities)};
  }

  /// What the keyring of `week` says; change it before signing to make a wrong one.
  crypto::KeyringContent content(crypto::Week week, std::uint64_t serial = 1) const {
    const crypto::Date accept_until = week.sunday() + crypto::grace_days;
    crypto::KeyringContent keyring{root.verify_key().site(),
                                   serial,
                                   week,
                                   week.monday(),
                                   week.sunday(),
                                   accept_until,
                                   accept_until + std::chrono::days(60),
                                   32 * crypto::mib,
                                   {},
                                   {},
                                   std::nullopt};
    for (std::size_t i = 0; i < identities.size(); ++i) {
      const std::string id = "org-" + std::to_string(i + 1);
      keyring.organisations.push_back({id,
                                       {"Organisation " + id, "Организация " + id, "Уюм " + id},
                                       identities[i].recipient(),
                                       desk.verify_key(),
                                       desk.verify_key(),
                                       32});
    }
    keyring.nodes.push_back({"https://127.0.0.1:8443", ""});
    return keyring;
  }

  SignedKeyring sign(const crypto::KeyringContent& content) const {
    std::string json = crypto::write_keyring(content);
    std::string signature = root.sign(crypto::bytes_of(json), crypto::SignedKind::keyring,
                                      root.verify_key().site(), std::to_string(content.serial));
    return {std::move(json), std::move(signature)};
  }

  SignedKeyring keyring(crypto::Week week, std::uint64_t serial = 1) const {
    return sign(content(week, serial));
  }
};

}  // namespace sandyk::testing
