// A witness's key: it says that on some day this was the largest checkpoint of a log that it had seen, and
// that every earlier one is a part of it (C2SP, tlog-cosignature, Ed25519).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "crypto/seal/calendar.h"
#include "crypto/seal/note_secret.h"

namespace sandyk::crypto {

enum class CosignFault {
  not_a_checkpoint,
  cosigned,  ///< this key's signature is there already
  full,      ///< has as many signatures as a note may have
};
/// Completes "The checkpoint ...", for people.
std::string_view sentence(CosignFault fault);

class WitnessKey {
 public:
  static WitnessKey generate(std::string name) {
    return WitnessKey(generate_note_secret(std::move(name), NoteKeyType::cosignature));
  }
  /// The text of a key file; nothing when it is none.
  static std::optional<WitnessKey> read(std::string_view file_text);
  SecretText write() const { return write_note_secret(secret_); }

  /// The note with one line more. The time in it is 00:00 UTC of `day`. Before it, the caller must have
  /// verified the log's own signature, and that every checkpoint it cosigned before is a part of this one.
  [[nodiscard]] tl::expected<std::string, CosignFault> cosign(std::string_view note, Date day) const;

  const NoteKey& key() const { return secret_.key; }
  std::string vkey() const { return secret_.key.text(); }

 private:
  explicit WitnessKey(NoteSecret secret) : secret_(std::move(secret)) {}
  NoteSecret secret_;
};

}  // namespace sandyk::crypto
