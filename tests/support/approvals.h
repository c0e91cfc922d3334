// Two people who approve things, for tests.
#pragma once

#include <string>
#include <vector>

#include "crypto/open/signing.h"
#include "crypto/seal/approval.h"

namespace sandyk::testing {

inline crypto::Approval approval(const crypto::SigningKey& key, std::string_view text, std::string_view site,
                                 std::string_view mark) {
  return {key.verify_key(), key.sign(crypto::bytes_of(text), crypto::SignedKind::statement, site, mark)};
}

struct TwoPeople {
  crypto::SigningKey first = crypto::SigningKey::generate();
  crypto::SigningKey second = crypto::SigningKey::generate();

  std::vector<crypto::VerifyKey> keys() const { return {first.verify_key(), second.verify_key()}; }
  std::vector<crypto::Approval> approve(std::string_view text, std::string_view site,
                                        std::string_view mark) const {
    return {approval(first, text, site, mark), approval(second, text, site, mark)};
  }
};

/// The same key under another id: another line of text, but not another person.
inline crypto::VerifyKey under_another_id(const crypto::VerifyKey& key) {
  std::array<std::uint8_t, crypto::minisign::public_key_size> bytes;
  std::copy(key.key().begin(), key.key().end(), bytes.begin());
  return crypto::VerifyKey({8, 7, 6, 5, 4, 3, 2, 1}, bytes);
}

}  // namespace sandyk::testing
