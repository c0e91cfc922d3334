#include "crypto/seal/signed_note.h"

#include <sodium.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "crypto/seal/ids.h"
#include "crypto/seal/text_encoding.h"
#include "crypto/seal/utf8.h"

namespace sandyk::crypto {
namespace {

constexpr std::string_view line_head = "\u2014 ";  // em dash
constexpr std::size_t id_size = 4;

/// Unicode's White_Space above the control characters.
constexpr std::string_view spaces[] = {" ",      "\u00A0", "\u0085", "\u1680", "\u2000", "\u2001", "\u2002",
                                       "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009",
                                       "\u200A", "\u2028", "\u2029", "\u202F", "\u205F", "\u3000"};

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20;
}

std::uint64_t read_big_endian(ByteView bytes) {
  std::uint64_t value = 0;
  for (const std::uint8_t b : bytes) value = value << 8 | b;
  return value;
}

void append_big_endian(Bytes& out, std::uint64_t value, unsigned size) {
  while (size-- > 0) out.push_back(static_cast<std::uint8_t>(value >> 8 * size));
}

Bytes typed_key(NoteKeyType type, const NoteKey::Key& key) {
  Bytes bytes(1 + key.size());
  bytes[0] = static_cast<std::uint8_t>(type);
  std::copy(key.begin(), key.end(), bytes.begin() + 1);
  return bytes;
}

std::uint32_t id_of(std::string_view name, NoteKeyType type, const NoteKey::Key& key) {
  Sha256 hash;
  hash.add(bytes_of(name));
  hash.add(bytes_of("\n"));
  hash.add(typed_key(type, key));
  return static_cast<std::uint32_t>(read_big_endian(hash.finish().bytes().first(id_size)));
}

bool fits(ByteView signature, std::string_view message, const NoteKey::Key& key) {
  return signature.size() == ed25519_signature_size &&
         crypto_sign_verify_detached(signature.data(), bytes_of(message).data(), message.size(),
                                     key.data()) == 0;
}

/// The time of a cosignature that fits.
std::optional<std::uint64_t> time_of(ByteView cosignature, std::string_view text, const NoteKey::Key& key) {
  if (cosignature.size() != cosignature_size) return std::nullopt;
  const std::uint64_t time = read_big_endian(cosignature.first(8));
  if (time > max_cosignature_time) return std::nullopt;
  if (!fits(cosignature.subspan(8), cosigned_text(time, text), key)) return std::nullopt;
  return time;
}

std::optional<NoteSignature> parse_signature(std::string_view line) {
  if (!line.starts_with(line_head)) return std::nullopt;
  line.remove_prefix(line_head.size());
  const auto space = line.find(' ');
  if (space == std::string_view::npos || !is_note_key_name(line.substr(0, space))) return std::nullopt;
  const auto bytes = from_base64(line.substr(space + 1), Base64::padded);
  if (!bytes || bytes->size() <= id_size) return std::nullopt;
  const auto id = static_cast<std::uint32_t>(read_big_endian(ByteView(*bytes).first(id_size)));
  return NoteSignature{std::string(line.substr(0, space)), id, Bytes(bytes->begin() + id_size, bytes->end())};
}

bool is_note_text(std::string_view text) {
  return text.ends_with('\n') && is_utf8(text) &&
         std::none_of(text.begin(), text.end(), [](char c) { return is_control(c) && c != '\n'; });
}

}  // namespace

bool is_note_key_name(std::string_view name) {
  return !name.empty() && name.size() <= max_note_key_name && is_utf8(name) &&
         name.find('+') == std::string_view::npos && std::none_of(name.begin(), name.end(), is_control) &&
         std::none_of(std::begin(spaces), std::end(spaces),
                      [&](std::string_view space) { return name.find(space) != std::string_view::npos; });
}

NoteKey::NoteKey(std::string name, NoteKeyType type, const Key& key)
    : name_(std::move(name)), type_(type), key_(key), id_(id_of(name_, type, key)) {
  if (!is_note_key_name(name_)) std::abort();
}

std::optional<NoteKey> NoteKey::parse(std::string_view vkey) {
  if (vkey.size() > 2 * max_note_key_name) return std::nullopt;
  const auto first = vkey.find('+');
  if (first == std::string_view::npos || vkey.size() - first < 2 * id_size + 2) return std::nullopt;
  const auto name = vkey.substr(0, first);
  const auto id = vkey.substr(first + 1, 2 * id_size);
  const auto rest = vkey.substr(first + 1 + 2 * id_size);
  const auto bytes = from_base64(rest.substr(1), Base64::padded);
  if (rest[0] != '+' || !is_note_key_name(name) || !bytes || bytes->size() != 1 + key_size)
    return std::nullopt;
  const auto type = static_cast<NoteKeyType>(bytes->front());
  if (type != NoteKeyType::ed25519 && type != NoteKeyType::cosignature) return std::nullopt;
  Key key;
  std::copy(bytes->begin() + 1, bytes->end(), key.begin());
  NoteKey parsed(std::string(name), type, key);
  if (hex_of(parsed.id()) != id) return std::nullopt;
  return parsed;
}

std::string NoteKey::text() const {
  return name_ + "+" + hex_of(id_) + "+" + to_base64(typed_key(type_, key_), Base64::padded);
}

std::string hex_of(std::uint32_t key_id) {
  Bytes bytes;
  append_big_endian(bytes, key_id, id_size);
  return to_hex(bytes);
}

std::optional<SignedNote> SignedNote::parse(std::string_view note) {
  if (note.size() > max_note_size) return std::nullopt;
  const auto blank = note.rfind("\n\n");
  if (blank == std::string_view::npos || !is_note_text(note)) return std::nullopt;
  SignedNote parsed;
  parsed.text_ = note.substr(0, blank + 1);
  Reader lines(bytes_of(note.substr(blank + 2)));
  while (!lines.done()) {
    const auto line = lines.take_line();
    auto signature = line ? parse_signature(*line) : std::nullopt;
    if (!signature || parsed.signatures_.size() == max_note_signatures) return std::nullopt;
    parsed.signatures_.push_back(std::move(*signature));
  }
  if (parsed.signatures_.empty()) return std::nullopt;
  return parsed;
}

SignedNote::SignedNote(std::string text) : text_(std::move(text)) {
  if (!is_note_text(text_)) std::abort();
}

std::string SignedNote::write() const {
  std::string note = text_ + "\n";
  for (const NoteSignature& s : signatures_) {
    Bytes bytes;
    append_big_endian(bytes, s.key_id, id_size);
    bytes.insert(bytes.end(), s.signature.begin(), s.signature.end());
    note.append(line_head).append(s.name).append(" ").append(to_base64(bytes, Base64::padded)).append("\n");
  }
  return note;
}

bool SignedNote::is_signed_by(const NoteKey& key) const {
  return std::any_of(signatures_.begin(), signatures_.end(),
                     [&](const NoteSignature& s) { return s.name == key.name() && s.key_id == key.id(); });
}

tl::expected<void, NoteFault> SignedNote::verify(const NoteKey& key) const {
  if (key.type() != NoteKeyType::ed25519 || !is_signed_by(key)) return tl::unexpected(NoteFault::not_signed);
  for (const NoteSignature& s : signatures_)
    if (s.name == key.name() && s.key_id == key.id() && !fits(s.signature, text_, key.key()))
      return tl::unexpected(NoteFault::wrong);
  return {};
}

tl::expected<std::uint64_t, NoteFault> SignedNote::verify_cosignature(const NoteKey& key) const {
  if (key.type() != NoteKeyType::cosignature || !is_signed_by(key))
    return tl::unexpected(NoteFault::not_signed);
  std::uint64_t latest = 0;
  for (const NoteSignature& s : signatures_) {
    if (s.name != key.name() || s.key_id != key.id()) continue;
    const auto time = time_of(s.signature, text_, key.key());
    if (!time) return tl::unexpected(NoteFault::wrong);
    latest = std::max(latest, *time);
  }
  return latest;
}

std::string cosigned_text(std::uint64_t time, std::string_view checkpoint) {
  return "cosignature/v1\ntime " + std::to_string(time) + "\n" + std::string(checkpoint);
}

}  // namespace sandyk::crypto
