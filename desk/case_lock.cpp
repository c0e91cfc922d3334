#include "desk/case_lock.h"

#include <sodium.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "crypto/seal/json.h"
#include "crypto/seal/text_encoding.h"

namespace sandyk::desk {
namespace {

using crypto::Json;
using LockKey = crypto::Secret<struct LockKeyKind, 32>;

constexpr std::string_view format = "sandyk-case/1";
constexpr std::size_t max_size = 4096;
constexpr std::uint64_t least_kib = 1024, most_kib = 4 * 1024 * 1024, most_passes = 64;
constexpr std::uint64_t least_passes = 3;  // fewer make Argon2id's memory cheaper to leave out
constexpr char context[crypto_kdf_CONTEXTBYTES + 1] = "sandykca";

bool is_honest(const CaseCost& cost) {
  return cost.memory_kib >= least_kib && cost.memory_kib <= most_kib && cost.passes >= 1 &&
         cost.passes <= most_passes;
}

/// Nothing when there is not enough memory.
std::optional<LockKey> stretch(const crypto::SecretText& passphrase, crypto::ByteView salt,
                               const CaseCost& cost) {
  bool is_done = false;
  auto key = LockKey::make([&](auto out) {
    const auto bytes = passphrase.expose();
    is_done =
        crypto_pwhash(out.data(), out.size(), reinterpret_cast<const char*>(bytes.data()), bytes.size(),
                      salt.data(), cost.passes, cost.memory_kib * 1024, crypto_pwhash_ALG_ARGON2ID13) == 0;
  });
  if (!is_done) return std::nullopt;
  return key;
}

template <std::size_t N>
bool take(const Json& json, std::string_view name, std::array<std::uint8_t, N>& out) {
  const auto text = crypto::text_member(json, name);
  const auto bytes = text ? crypto::from_base64(*text, crypto::Base64::url) : std::nullopt;
  if (!bytes || bytes->size() != N) return false;
  std::ranges::copy(*bytes, out.begin());
  return true;
}

template <class Key>
Key derive(const CaseMaster& master, std::uint64_t number) {
  return Key::make([&](auto out) {
    crypto_kdf_derive_from_key(out.data(), out.size(), number, context, master.expose().data());
  });
}

}  // namespace

CaseCost tuned_cost(unsigned log_kib) {
  constexpr double wanted = 1.0;  // seconds
  const crypto::SecretText probe(crypto::bytes_of("how long one pass takes here"));
  const std::array<std::uint8_t, crypto_pwhash_SALTBYTES> salt{};
  CaseCost cost{1, std::uint64_t{1} << log_kib};
  auto begun = std::chrono::steady_clock::now();
  while (!stretch(probe, salt, cost) && cost.memory_kib > least_kib) {
    cost.memory_kib /= 2;
    begun = std::chrono::steady_clock::now();
  }
  const std::chrono::duration<double> pass = std::chrono::steady_clock::now() - begun;
  const double passes = std::ceil(wanted / std::max(pass.count(), 1e-3));
  cost.passes = std::clamp(static_cast<std::uint64_t>(std::min(passes, 20.0)), least_passes, most_passes);
  return cost;
}

std::string_view sentence(LockFault fault) {
  switch (fault) {
    case LockFault::malformed:
      return "case.json is damaged: without it nobody opens the case file. Take the one from a backup.";
    case LockFault::wrong_passphrase:
      return "This is not the passphrase of the case file. Nothing was changed; try again.";
    case LockFault::out_of_memory:
      return "There is not enough memory to unlock the case file: close other programs and try again.";
  }
  std::abort();
}

tl::expected<CaseLock, LockFault> CaseLock::make_for(const CaseMaster& master,
                                                     const crypto::SecretText& passphrase, CaseCost cost) {
  if (!is_honest(cost)) std::abort();
  CaseLock lock;
  lock.cost_ = cost;
  randombytes_buf(lock.salt_.data(), lock.salt_.size());
  randombytes_buf(lock.nonce_.data(), lock.nonce_.size());
  const auto key = stretch(passphrase, lock.salt_, cost);
  if (!key) return tl::unexpected(LockFault::out_of_memory);
  const auto bytes = master.expose();
  crypto_aead_xchacha20poly1305_ietf_encrypt(lock.sealed_.data(), nullptr, bytes.data(), bytes.size(),
                                             reinterpret_cast<const std::uint8_t*>(format.data()),
                                             format.size(), nullptr, lock.nonce_.data(),
                                             key->expose().data());
  return lock;
}

tl::expected<std::pair<CaseLock, CaseMaster>, LockFault> CaseLock::make(const crypto::SecretText& passphrase,
                                                                        CaseCost cost) {
  auto master = CaseMaster::random();
  auto lock = make_for(master, passphrase, cost);
  if (!lock) return tl::unexpected(lock.error());
  return std::pair{*lock, std::move(master)};
}

tl::expected<CaseLock, LockFault> CaseLock::parse(crypto::ByteView bytes) {
  const auto json = crypto::parse_format(bytes, max_size, format);
  if (!json) return tl::unexpected(LockFault::malformed);
  CaseLock lock;
  const auto passes = crypto::number_member(*json, "passes"),
             memory = crypto::number_member(*json, "memory_kib");
  if (!passes || !memory) return tl::unexpected(LockFault::malformed);
  lock.cost_ = {*passes, *memory};
  if (!is_honest(lock.cost_) || !take(*json, "salt", lock.salt_) || !take(*json, "nonce", lock.nonce_) ||
      !take(*json, "master", lock.sealed_))
    return tl::unexpected(LockFault::malformed);
  return lock;
}

tl::expected<CaseMaster, LockFault> CaseLock::unlock(const crypto::SecretText& passphrase) const {
  const auto key = stretch(passphrase, salt_, cost_);
  if (!key) return tl::unexpected(LockFault::out_of_memory);
  bool is_good = false;
  auto master = CaseMaster::make([&](auto out) {
    is_good = crypto_aead_xchacha20poly1305_ietf_decrypt(
                  out.data(), nullptr, nullptr, sealed_.data(), sealed_.size(),
                  reinterpret_cast<const std::uint8_t*>(format.data()), format.size(), nonce_.data(),
                  key->expose().data()) == 0;
  });
  if (!is_good) return tl::unexpected(LockFault::wrong_passphrase);
  return master;
}

std::string CaseLock::write() const {
  const auto url = [](crypto::ByteView bytes) { return crypto::to_base64(bytes, crypto::Base64::url); };
  return crypto::write_json({{"format", format},
                             {"passes", cost_.passes},
                             {"memory_kib", cost_.memory_kib},
                             {"salt", url(salt_)},
                             {"nonce", url(nonce_)},
                             {"master", url(sealed_)}});
}

crypto::EpochKey database_key(const CaseMaster& master) {
  return derive<crypto::EpochKey>(master, 1);
}

KeysKey keys_key(const CaseMaster& master) {
  return derive<KeysKey>(master, 2);
}

}  // namespace sandyk::desk
