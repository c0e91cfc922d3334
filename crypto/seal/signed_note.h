// Signed notes: a text and signatures below it (C2SP, signed-note), with the two kinds of signature that a
// log has: the log's own, and those of witnesses (C2SP, tlog-cosignature, Ed25519).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/bytes.h"

namespace sandyk::crypto {

/// Post-quantum signatures are 5 kB each, and somebody else's may stand beside ours.
inline constexpr std::size_t max_note_size = 512 * 1024;
inline constexpr std::size_t max_note_signatures = 64;
inline constexpr std::size_t max_note_key_name = 255;

enum class NoteKeyType : std::uint8_t {
  ed25519 = 0x01,      ///< signs the text
  cosignature = 0x04,  ///< cosignature/v1: signs a checkpoint and a time
};

/// True for 1 to 255 bytes of UTF-8 without spaces (of any script), control characters and `+`.
bool is_note_key_name(std::string_view name);

/// A verifier key ("vkey"): who signs, and how.
class NoteKey {
 public:
  static constexpr std::size_t key_size = 32;
  using Key = std::array<std::uint8_t, key_size>;

  /// `name` must be a key name; anything else ends the process.
  NoteKey(std::string name, NoteKeyType type, const Key& key);
  /// `<name>+<id>+<base64 of type and key>`; nothing for a type that is not known here or an id that is not
  /// the key's.
  static std::optional<NoteKey> parse(std::string_view vkey);

  std::string text() const;
  const std::string& name() const { return name_; }
  NoteKeyType type() const { return type_; }
  const Key& key() const { return key_; }
  /// First four bytes, big-endian, of SHA-256(name ‖ LF ‖ type ‖ key).
  std::uint32_t id() const { return id_; }
  bool operator==(const NoteKey&) const = default;

 private:
  std::string name_;
  NoteKeyType type_;
  Key key_;
  std::uint32_t id_;
};

/// The id in eight hex digits, as vkeys have it.
std::string hex_of(std::uint32_t key_id);

/// One line of signature, of a kind that may be unknown here.
struct NoteSignature {
  std::string name;
  std::uint32_t key_id;
  Bytes signature;  ///< one byte at least
};

enum class NoteFault {
  malformed,   ///< not a signed note
  not_signed,  ///< has no signature by that key
  wrong,       ///< has one that does not fit
};

class SignedNote {
 public:
  /// The text ends in LF and may hold further empty lines; signatures follow behind the last of these.
  /// Nothing when it is too large, has too many signatures or none, is not UTF-8, holds a control character,
  /// or is not spelled as `write` would.
  static std::optional<SignedNote> parse(std::string_view note);
  /// A note without signatures yet. `text` must be fit for one: see `parse`; anything else ends the process.
  explicit SignedNote(std::string text);

  std::string write() const;
  const std::string& text() const { return text_; }
  const std::vector<NoteSignature>& signatures() const { return signatures_; }
  void add(NoteSignature signature) { signatures_.push_back(std::move(signature)); }
  bool is_signed_by(const NoteKey& key) const;

  /// Every signature by this key, of type ed25519, must fit, and one must be there. Signatures by others are
  /// ignored.
  [[nodiscard]] tl::expected<void, NoteFault> verify(const NoteKey& key) const;
  /// The same for a witness's key. The latest of its times, when there are several.
  [[nodiscard]] tl::expected<std::uint64_t, NoteFault> verify_cosignature(const NoteKey& key) const;

 private:
  SignedNote() = default;
  std::string text_;
  std::vector<NoteSignature> signatures_;
};

/// What a witness signs: `cosignature/v1`, the time, and the checkpoint's text.
std::string cosigned_text(std::uint64_t time, std::string_view checkpoint);

inline constexpr std::size_t ed25519_signature_size = 64;
inline constexpr std::size_t cosignature_size =
    8 + ed25519_signature_size;  ///< time, big-endian, and signature
inline constexpr std::uint64_t max_cosignature_time = 0x7FFF'FFFF'FFFF'FFFF;

}  // namespace sandyk::crypto
