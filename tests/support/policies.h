// A retention policy made up for a test, and signed as real ones are.
#pragma once

#include <string>

#include "crypto/seal/policy.h"
#include "tests/support/keyrings.h"

namespace sandyk::testing {

struct SignedPolicy {
  std::string json, signature;
};

inline crypto::PolicyContent policy_content(const TestSite& site, std::uint64_t serial = 1) {
  return {site.root.verify_key().site(),
          serial,
          *crypto::Date::parse("2026-11-01"),
          *crypto::Date::parse("2027-11-01"),
          "the board",
          "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  // of the signed-note
                                                                                 // specification
          {},
          {30, 7, 5},
          {},
          std::nullopt};
}

inline SignedPolicy sign_policy(const TestSite& site, const crypto::PolicyContent& content) {
  std::string json = crypto::write_policy(content);
  std::string signature = site.root.sign(crypto::bytes_of(json), crypto::SignedKind::policy, content.site,
                                         std::to_string(content.serial));
  return {std::move(json), std::move(signature)};
}

}  // namespace sandyk::testing
