// The file of a note's private key, as Go's sumdb/note writes it: reading and writing, not signing. What is
// signed is for LogKey and WitnessKey to say.
#pragma once

#include <optional>
#include <string_view>

#include "crypto/seal/secret.h"
#include "crypto/seal/signed_note.h"

namespace sandyk::crypto {

using NotePair = Secret<struct NotePairKind, 64>;  // Ed25519 seed and public key, as libsodium keeps them

struct NoteSecret {
  NoteKey key;
  NotePair pair;
};

NoteSecret generate_note_secret(std::string name, NoteKeyType type);

/// `PRIVATE+KEY+<name>+<id>+<base64 of type and seed>` and LF. Nothing when it is another thing, of another
/// type, or its id is not the key's.
std::optional<NoteSecret> read_note_secret(std::string_view file, NoteKeyType type);
SecretText write_note_secret(const NoteSecret& secret);

}  // namespace sandyk::crypto
