// Secrets are types: one for each purpose, in guarded memory, moved and never copied.
#pragma once

#include <sodium.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "crypto/seal/secret_slots.h"

namespace sandyk::crypto {

struct FreeGuarded {
  void operator()(std::uint8_t* p) const noexcept { sodium_free(p); }
};

/// Where a secret lives that stays: pages of its own, fenced, locked, and read-only once it is made.
struct OwnPages {
  using Free = FreeGuarded;
  static constexpr std::size_t max_size = 4096;
  static std::uint8_t* allocate(std::size_t size) { return static_cast<std::uint8_t*>(sodium_malloc(size)); }
  static void seal_off(std::uint8_t* p) { sodium_mprotect_readonly(p); }
};

/// Where one lives that is gone in a moment: a slot in locked, fenced pages that all such share.
struct SharedPages {
  struct Free {
    void operator()(std::uint8_t* p) const noexcept { return_secret_slot(p); }
  };
  static constexpr std::size_t max_size = secret_slot_size;
  static std::uint8_t* allocate(std::size_t) { return take_secret_slot(); }
  static void seal_off(std::uint8_t*) {}
};

/// N secret bytes of one Kind in guarded memory, wiped when freed. Moves, never copies; nothing prints it,
/// and comparing takes constant time.
template <class Kind, std::size_t N, class Place = OwnPages>
class Secret {
 public:
  static constexpr std::size_t size = N;
  static_assert(N <= Place::max_size);

  /// `fill` writes the N bytes; it is the only moment they are writable.
  template <class Fill>
  static Secret make(Fill&& fill) {
    Secret s;
    std::forward<Fill>(fill)(std::span<std::uint8_t, N>(s.bytes_.get(), N));
    Place::seal_off(s.bytes_.get());
    return s;
  }

  /// N bytes of the system's randomness.
  static Secret random() {
    return make([](std::span<std::uint8_t, N> out) { randombytes_buf(out.data(), N); });
  }

  /// The one word to search for when auditing who touches key bytes.
  std::span<const std::uint8_t, N> expose() const {
    if (!bytes_) std::abort();  // moved from: our mistake, not the caller's input
    return std::span<const std::uint8_t, N>(bytes_.get(), N);
  }

  friend bool same(const Secret& a, const Secret& b) {
    return sodium_memcmp(a.expose().data(), b.expose().data(), N) == 0;
  }

 private:
  Secret() : bytes_(Place::allocate(N)) {
    if (!bytes_) throw std::bad_alloc();
  }
  std::unique_ptr<std::uint8_t[], typename Place::Free> bytes_;
};

using FileKey = Secret<struct FileKeyKind, 16, SharedPages>;  // age, "file key"
using WrapKey = Secret<struct WrapKeyKind, 32, SharedPages>;  // age, key that wraps the file key in a stanza
using PayloadKey = Secret<struct PayloadKeyKind, 32, SharedPages>;  // age, "payload key"
using HeaderKey = Secret<struct HeaderKeyKind, 32, SharedPages>;    // age, key of the header's HMAC
using KemSecret = Secret<struct KemSecretKind, 32, SharedPages>;    // X-Wing shared secret
using Prk = Secret<struct PrkKind, 32, SharedPages>;                // HKDF-SHA-256 pseudorandom key
using UploadKey =
    Secret<struct UploadKeyKind, 32, SharedPages>;  // of one unfinished upload; there may be many
using EpochKey = Secret<struct EpochKeyKind, 32>;   // SQLCipher raw key of one epoch's database

static_assert(!std::is_copy_constructible_v<FileKey> && !std::is_copy_assignable_v<FileKey>);
static_assert(!std::is_convertible_v<FileKey, EpochKey> && !std::is_same_v<WrapKey, PayloadKey>);

/// Secret bytes whose number is known only at run time: a passphrase, the text of an identity.
/// As Secret, but grown once and then fixed.
class SecretText {
 public:
  /// Takes a copy of `text` into guarded memory. The caller still has to wipe its own.
  explicit SecretText(std::span<const std::uint8_t> text)
      : bytes_(static_cast<std::uint8_t*>(sodium_malloc(text.size() + 1))), size_(text.size()) {
    if (!bytes_) throw std::bad_alloc();
    for (std::size_t i = 0; i < size_; ++i) bytes_[i] = text[i];
    bytes_[size_] = 0;
    sodium_mprotect_readonly(bytes_.get());
  }

  std::span<const std::uint8_t> expose() const {
    if (!bytes_) std::abort();
    return {bytes_.get(), size_};
  }
  std::size_t size() const { return size_; }

 private:
  std::unique_ptr<std::uint8_t[], FreeGuarded> bytes_;
  std::size_t size_;
};

static_assert(!std::is_copy_constructible_v<SecretText>);

/// A small buffer on the stack that is wiped when it goes out of scope.
template <std::size_t N>
struct WipedArray : std::array<std::uint8_t, N> {
  WipedArray() : std::array<std::uint8_t, N>{} {}
  WipedArray(const WipedArray&) = delete;
  WipedArray& operator=(const WipedArray&) = delete;
  ~WipedArray() { sodium_memzero(this->data(), N); }
};

/// Frees only after wiping: for bulk plaintext, where guarded pages would cost too much.
template <class T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <class U>
  WipingAllocator(const WipingAllocator<U>&) noexcept {}  // NOLINT: a rebind must be implicit
  T* allocate(std::size_t n) { return std::allocator<T>().allocate(n); }
  void deallocate(T* p, std::size_t n) noexcept {
    sodium_memzero(p, n * sizeof(T));
    std::allocator<T>().deallocate(p, n);
  }
  friend bool operator==(const WipingAllocator&, const WipingAllocator&) { return true; }
};

/// Plaintext in bulk: an ordinary byte vector whose memory is wiped before it goes back.
using WipedBytes = std::vector<std::uint8_t, WipingAllocator<std::uint8_t>>;

}  // namespace sandyk::crypto
