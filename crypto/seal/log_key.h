// The one private key that the server has besides that of TLS. It signs checkpoints and nothing else, so it
// may stand in the sealing half: whoever takes it can sign a false log, and open nothing.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "crypto/seal/checkpoint.h"
#include "crypto/seal/file.h"
#include "crypto/seal/note_secret.h"

namespace sandyk::crypto {

class LogKey {
 public:
  /// `name` is the log's origin, too: log_origin(site).
  static LogKey generate(std::string name) {
    return LogKey(generate_note_secret(std::move(name), NoteKeyType::ed25519));
  }
  /// The text of a key file; nothing when it is none.
  static std::optional<LogKey> read(std::string_view file_text);
  SecretText write() const { return write_note_secret(secret_); }

  /// A signed note. `checkpoint.origin` must be the key's name; anything else ends the process.
  std::string sign(const Checkpoint& checkpoint) const;

  const NoteKey& key() const { return secret_.key; }
  const std::string& name() const { return secret_.key.name(); }
  /// What policy.json's `log_key` has to say.
  std::string vkey() const { return secret_.key.text(); }

 private:
  explicit LogKey(NoteSecret secret) : secret_(std::move(secret)) {}
  NoteSecret secret_;
};

enum class LogKeyFault {
  unreadable,  ///< not there, or access denied
  not_a_key,
};
/// Completes "The log-key ...", for people.
std::string_view sentence(LogKeyFault fault);

/// Reads a key file through memory that is wiped.
[[nodiscard]] tl::expected<LogKey, LogKeyFault> read_log_key(const std::filesystem::path& file);

}  // namespace sandyk::crypto
