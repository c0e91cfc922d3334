#include "crypto/open/signing.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <limits>

#include "crypto/seal/text_encoding.h"

namespace sandyk::crypto {
namespace {

using namespace minisign;

// minisign's secret key, decoded: algorithms, salt, limits, then 104 bytes that are masked with scrypt's
// output.
constexpr std::string_view kdf_scrypt = "Sc";
constexpr std::string_view kdf_none{"\0\0", 2};
constexpr std::string_view checksum_algorithm = "B2";
constexpr std::size_t salt_size = crypto_pwhash_scryptsalsa208sha256_SALTBYTES;
constexpr std::size_t pair_size = crypto_sign_SECRETKEYBYTES;
constexpr std::size_t checksum_size = crypto_generichash_BYTES;
constexpr std::size_t masked_size = key_id_size + pair_size + checksum_size;
constexpr std::size_t key_size = 6 + salt_size + 16 + masked_size;
static_assert(key_size == 158);

// More than minisign's own "sensitive" limits is an attack on this machine's memory.
constexpr SigningKey::Cost most = SigningKey::sensitive;

std::uint64_t read_le64(ByteView bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 8; i-- > 0;) value = value << 8 | bytes[i];
  return value;
}

void append_le64(WipedBytes& bytes, std::uint64_t value) {
  for (unsigned i = 0; i < 8; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> 8 * i));
}

void append(WipedBytes& bytes, ByteView more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

/// Masks or unmasks in place; false when scrypt's memory cannot be had.
bool apply_mask(std::span<std::uint8_t> masked, const SecretText& passphrase, ByteView salt,
                SigningKey::Cost cost) {
  WipedArray<masked_size> mask;
  const auto text = text_of(passphrase.expose());
  if (crypto_pwhash_scryptsalsa208sha256(mask.data(), mask.size(), text.data(), text.size(), salt.data(),
                                         cost.work, cost.memory) != 0)
    return false;
  for (std::size_t i = 0; i < masked.size(); ++i) masked[i] ^= mask[i];
  return true;
}

/// BLAKE2b over algorithm, key id and key pair.
std::array<std::uint8_t, checksum_size> checksum(ByteView key_id, ByteView pair) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, checksum_size);
  for (ByteView part : {bytes_of(algorithm), key_id, pair})
    crypto_generichash_update(&state, part.data(), part.size());
  std::array<std::uint8_t, checksum_size> sum;
  crypto_generichash_final(&state, sum.data(), sum.size());
  return sum;
}

/// The second line of the file, decoded in wiped memory.
std::optional<WipedBytes> decode_key_file(std::string_view file) {
  if (file.size() > max_file) return std::nullopt;
  Reader reader(bytes_of(file));
  const auto comment = reader.take_line();
  const auto line = reader.take_line();
  if (!line || !reader.done() || !comment->starts_with(untrusted_prefix)) return std::nullopt;
  WipedBytes key(key_size);
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(key.data(), key.size(), line->data(), line->size(), nullptr, &size, &end,
                        sodium_base64_VARIANT_ORIGINAL) != 0 ||
      end != line->data() + line->size() || size != key_size)
    return std::nullopt;
  return key;
}

/// Whether the public half of the pair is the one that its seed gives.
bool halves_agree(ByteView pair) {
  WipedArray<pair_size> again;
  std::array<std::uint8_t, public_key_size> public_key;
  crypto_sign_seed_keypair(public_key.data(), again.data(), pair.data());
  return sodium_memcmp(again.data(), pair.data(), pair_size) == 0;
}

std::array<std::uint8_t, public_key_size> public_half(ByteView pair) {
  std::array<std::uint8_t, public_key_size> key;
  std::copy_n(pair.begin() + 32, key.size(), key.begin());
  return key;
}

}  // namespace

SigningKey SigningKey::generate() {
  KeyId id;
  randombytes_buf(id.data(), id.size());
  std::array<std::uint8_t, public_key_size> public_key;
  auto pair = Pair::make(
      [&](std::span<std::uint8_t, pair_size> out) { crypto_sign_keypair(public_key.data(), out.data()); });
  return SigningKey(std::move(pair), VerifyKey(id, public_key));
}

tl::expected<SigningKey, KeyFileFault> SigningKey::read(std::string_view file, const SecretText& passphrase) {
  auto key = decode_key_file(file);
  if (!key) return tl::unexpected(KeyFileFault::malformed);
  const auto all = std::span(*key);
  const auto kdf = text_of(all.subspan(2, 2));
  if (text_of(all.first(2)) != algorithm || text_of(all.subspan(4, 2)) != checksum_algorithm ||
      (kdf != kdf_scrypt && kdf != kdf_none))
    return tl::unexpected(KeyFileFault::malformed);

  const auto salt = all.subspan(6, salt_size);
  const Cost cost{read_le64(all.subspan(6 + salt_size, 8)), read_le64(all.subspan(14 + salt_size, 8))};
  const auto masked = all.last(masked_size);
  if (kdf == kdf_scrypt) {
    if (cost.work > most.work || cost.memory > most.memory) return tl::unexpected(KeyFileFault::too_costly);
    if (!apply_mask(masked, passphrase, salt, cost)) return tl::unexpected(KeyFileFault::out_of_memory);
  }
  const auto id = masked.first(key_id_size);
  const auto pair = masked.subspan(key_id_size, pair_size);
  if (kdf == kdf_scrypt) {
    const auto sum = checksum(id, pair);
    if (sodium_memcmp(sum.data(), masked.last(checksum_size).data(), checksum_size) != 0)
      return tl::unexpected(KeyFileFault::wrong_passphrase);
  }
  // minisign leaves the checksum out of a key without a passphrase; and signing with a public half that is
  // not the seed's would give the seed away.
  if (!halves_agree(pair)) return tl::unexpected(KeyFileFault::malformed);

  KeyId key_id;
  std::copy(id.begin(), id.end(), key_id.begin());
  return SigningKey(Pair::make([&](auto out) { std::copy(pair.begin(), pair.end(), out.begin()); }),
                    VerifyKey(key_id, public_half(pair)));
}

tl::expected<SecretText, KeyFileFault> SigningKey::write(const SecretText& passphrase, Cost cost) const {
  std::array<std::uint8_t, salt_size> salt;
  randombytes_buf(salt.data(), salt.size());
  WipedBytes key;
  key.reserve(key_size);
  for (std::string_view part : {algorithm, kdf_scrypt, checksum_algorithm}) append(key, bytes_of(part));
  append(key, salt);
  append_le64(key, cost.work);
  append_le64(key, cost.memory);
  append(key, verify_key_.id());
  append(key, pair_.expose());
  append(key, checksum(verify_key_.id(), pair_.expose()));
  if (!apply_mask(std::span(key).last(masked_size), passphrase, salt, cost))
    return tl::unexpected(KeyFileFault::out_of_memory);

  const std::string comment = std::string(untrusted_prefix) + "minisign encrypted secret key\n";
  WipedBytes text(comment.begin(), comment.end());
  const std::size_t line = sodium_base64_ENCODED_LEN(key_size, sodium_base64_VARIANT_ORIGINAL);
  text.resize(comment.size() + line);
  sodium_bin2base64(reinterpret_cast<char*>(text.data()) + comment.size(), line, key.data(), key.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.back() = '\n';  // in the place of the library's closing NUL
  return SecretText(text);
}

std::string SigningKey::sign(ByteView message, SignedKind kind, std::string_view site,
                             std::string_view mark) const {
  std::array<std::uint8_t, 64> hash;
  crypto_generichash(hash.data(), hash.size(), message.data(), message.size(), nullptr, 0);
  Bytes signature(signature_size);
  crypto_sign_detached(signature.data(), nullptr, hash.data(), hash.size(), pair_.expose().data());

  const std::string comment = trusted_comment(kind, site, mark);
  Bytes global_message = signature;
  global_message.insert(global_message.end(), comment.begin(), comment.end());
  Bytes global(signature_size);
  crypto_sign_detached(global.data(), nullptr, global_message.data(), global_message.size(),
                       pair_.expose().data());

  Bytes head(prehashed_algorithm.begin(), prehashed_algorithm.end());
  head.insert(head.end(), verify_key_.id().begin(), verify_key_.id().end());
  head.insert(head.end(), signature.begin(), signature.end());
  return std::string(untrusted_prefix) + "signature from a sandyk key\n" + to_base64(head, Base64::padded) +
         "\n" + std::string(trusted_prefix) + comment + "\n" + to_base64(global, Base64::padded) + "\n";
}

std::array<std::uint8_t, 64> SigningKey::sign_plain(ByteView message) const {
  std::array<std::uint8_t, 64> signature;
  crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), pair_.expose().data());
  return signature;
}

}  // namespace sandyk::crypto
