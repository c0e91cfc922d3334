// case.json: the passphrase's lock on the case file. Everything in the case file hangs on one random master
// key, which this file holds sealed under the passphrase (docs/formats.md, "Case file").
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

#include "crypto/seal/bytes.h"
#include "crypto/seal/secret.h"

namespace sandyk::desk {

using CaseMaster = crypto::Secret<struct CaseMasterKind, 32>;
/// Seals the slots of case.keys.
using KeysKey = crypto::Secret<struct KeysKeyKind, 32>;

/// Argon2id's work: each guess of the passphrase costs this much.
struct CaseCost {
  std::uint64_t passes;
  std::uint64_t memory_kib;
  bool operator==(const CaseCost&) const = default;
};

/// About a second on this machine with 2^`log_kib` KiB, and three passes at least. Less memory where there is
/// less.
CaseCost tuned_cost(unsigned log_kib);

enum class LockFault {
  malformed,         ///< not such a file, or one that asks for more work than any honest one
  wrong_passphrase,  ///< or a damaged file: nobody can tell
  out_of_memory,
};
/// One sentence for people.
std::string_view sentence(LockFault fault);

class CaseLock {
 public:
  /// A new master key, and its lock.
  [[nodiscard]] static tl::expected<std::pair<CaseLock, CaseMaster>, LockFault> make(
      const crypto::SecretText& passphrase, CaseCost cost);
  /// Another lock on the same master key: for a passphrase that changes.
  [[nodiscard]] static tl::expected<CaseLock, LockFault> make_for(const CaseMaster& master,
                                                                  const crypto::SecretText& passphrase,
                                                                  CaseCost cost);
  /// Any bytes give a lock or a fault.
  [[nodiscard]] static tl::expected<CaseLock, LockFault> parse(crypto::ByteView json);

  [[nodiscard]] tl::expected<CaseMaster, LockFault> unlock(const crypto::SecretText& passphrase) const;
  std::string write() const;
  const CaseCost& cost() const { return cost_; }

 private:
  static constexpr std::size_t salt_size = 16, nonce_size = 24, sealed_size = 32 + 16;
  CaseCost cost_{};
  std::array<std::uint8_t, salt_size> salt_{};
  std::array<std::uint8_t, nonce_size> nonce_{};
  std::array<std::uint8_t, sealed_size> sealed_{};
};

/// The raw key of case.db, and the key of case.keys.
crypto::EpochKey database_key(const CaseMaster& master);
KeysKey keys_key(const CaseMaster& master);

}  // namespace sandyk::desk
