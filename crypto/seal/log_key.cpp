#include "crypto/seal/log_key.h"

#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace sandyk::crypto {
namespace {

constexpr std::size_t max_key_file = 512;

}  // namespace

std::optional<LogKey> LogKey::read(std::string_view file_text) {
  auto secret = read_note_secret(file_text, NoteKeyType::ed25519);
  if (!secret) return std::nullopt;
  return LogKey(std::move(*secret));
}

std::string LogKey::sign(const Checkpoint& checkpoint) const {
  if (checkpoint.origin != name()) std::abort();
  SignedNote note(write_checkpoint(checkpoint));
  Bytes signature(ed25519_signature_size);
  crypto_sign_detached(signature.data(), nullptr, bytes_of(note.text()).data(), note.text().size(),
                       secret_.pair.expose().data());
  note.add({name(), key().id(), std::move(signature)});
  return note.write();
}

std::string_view sentence(LogKeyFault fault) {
  switch (fault) {
    case LogKeyFault::unreadable:
      return "cannot be read";
    case LogKeyFault::not_a_key:
      return "is not a log key: make one with `sandyk-intake log-key new`";
  }
  std::abort();
}

tl::expected<LogKey, LogKeyFault> read_log_key(const std::filesystem::path& file) {
  const auto fd = open_for_reading(file);
  if (!fd) return tl::unexpected(LogKeyFault::unreadable);
  WipedArray<max_key_file> text;
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t n = ::read(fd->get(), text.data() + size, text.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return tl::unexpected(LogKeyFault::unreadable);
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
  }
  auto key = LogKey::read(text_of(ByteView(text).first(size)));
  if (!key) return tl::unexpected(LogKeyFault::not_a_key);
  return std::move(*key);
}

}  // namespace sandyk::crypto
