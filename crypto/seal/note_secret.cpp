#include "crypto/seal/note_secret.h"

#include <sodium.h>

#include <algorithm>
#include <utility>

namespace sandyk::crypto {
namespace {

constexpr std::string_view file_head = "PRIVATE+KEY+";
constexpr std::size_t seed_size = crypto_sign_SEEDBYTES;
constexpr std::size_t typed_seed_size = 1 + seed_size;
constexpr int base64 = sodium_base64_VARIANT_ORIGINAL;
constexpr std::size_t base64_size = sodium_base64_ENCODED_LEN(typed_seed_size, base64) - 1;
constexpr std::size_t max_file = file_head.size() + max_note_key_name + 10 + base64_size + 1;
using TypedSeed = WipedArray<typed_seed_size>;

NoteSecret from_seed(std::string name, NoteKeyType type, ByteView seed) {
  NoteKey::Key key;
  auto pair = NotePair::make([&](std::span<std::uint8_t, NotePair::size> out) {
    crypto_sign_seed_keypair(key.data(), out.data(), seed.data());
  });
  return NoteSecret{NoteKey(std::move(name), type, key), std::move(pair)};
}

/// In memory that is wiped. libsodium lets no second spelling of 33 bytes through, as they need no padding.
bool decode(std::string_view text, TypedSeed& out) {
  std::size_t size = 0;
  const char* end = nullptr;
  return sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr, &size, &end, base64) ==
             0 &&
         end == text.data() + text.size() && size == out.size();
}

}  // namespace

NoteSecret generate_note_secret(std::string name, NoteKeyType type) {
  WipedArray<seed_size> seed;
  randombytes_buf(seed.data(), seed.size());
  return from_seed(std::move(name), type, seed);
}

std::optional<NoteSecret> read_note_secret(std::string_view file, NoteKeyType type) {
  if (file.size() > max_file || !file.starts_with(file_head) || !file.ends_with('\n')) return std::nullopt;
  file.remove_prefix(file_head.size());
  file.remove_suffix(1);
  const auto first = file.find('+');
  if (first == std::string_view::npos || file.size() - first != 10 + base64_size || file[first + 9] != '+')
    return std::nullopt;
  const auto name = file.substr(0, first);
  TypedSeed typed;
  if (!is_note_key_name(name) || !decode(file.substr(first + 10), typed)) return std::nullopt;
  if (typed[0] != static_cast<std::uint8_t>(type)) return std::nullopt;
  auto secret = from_seed(std::string(name), type, ByteView(typed).subspan(1));
  if (hex_of(secret.key.id()) != file.substr(first + 1, 8)) return std::nullopt;
  return secret;
}

SecretText write_note_secret(const NoteSecret& secret) {
  TypedSeed typed;
  typed[0] = static_cast<std::uint8_t>(secret.key.type());
  std::copy_n(secret.pair.expose().begin(), seed_size, typed.begin() + 1);

  const std::string head = std::string(file_head) + secret.key.name() + "+" + hex_of(secret.key.id()) + "+";
  WipedBytes text(head.begin(), head.end());
  text.resize(head.size() + base64_size + 1);
  sodium_bin2base64(reinterpret_cast<char*>(text.data()) + head.size(), base64_size + 1, typed.data(),
                    typed.size(), base64);
  text.back() = '\n';  // in the place of the library's closing NUL
  return SecretText(text);
}

}  // namespace sandyk::crypto
