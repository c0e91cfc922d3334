#include "audit/witness.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "crypto/seal/checkpoint.h"
#include "crypto/seal/file.h"
#include "storage/folder.h"

namespace sandyk::audit {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_key_file = 1024;

/// The checkpoint that this witness cosigned last; nothing at the first time.
tl::expected<std::optional<crypto::Checkpoint>, Failure> read_last(const fs::path& file,
                                                                   const crypto::NoteKey& log_key,
                                                                   const crypto::NoteKey& own) {
  const auto bytes = crypto::read_file(file, crypto::max_note_size);
  if (!bytes && bytes.error() == crypto::IoFault::not_found) return std::nullopt;
  if (!bytes)
    return failure(crypto::exit_not_done, fmt::format("What was cosigned last cannot be read: {}.",
                                                      crypto::sentence(bytes.error())));
  const auto text = crypto::text_of(*bytes);
  const auto note = crypto::SignedNote::parse(text);
  const auto checkpoint = crypto::verify_checkpoint(text, log_key.name(), log_key);
  if (!note || !checkpoint || !note->verify_cosignature(own))
    return failure(crypto::exit_unverified,
                   "What was cosigned last is damaged, or was cosigned with another key: find out why before "
                   "you sign anything.");
  return *checkpoint;
}

tl::expected<void, Failure> follows(const std::vector<std::string>& entries, const crypto::Checkpoint& now,
                                    const std::optional<crypto::Checkpoint>& last) {
  if (!last) return {};
  if (last->size > now.size)
    return failure(crypto::exit_unverified,
                   fmt::format("This checkpoint has {} entries, and one with {} was cosigned before. Nothing "
                               "was signed.",
                               now.size, last->size));
  if (storage::is_consistent(entries, *last)) return {};
  return failure(crypto::exit_unverified,
                 "The log is not a continuation of what was cosigned before: its past was changed. Nothing "
                 "was signed. Keep both checkpoints, and tell the others.");
}

}  // namespace

fs::path last_cosigned_file(const fs::path& state, const crypto::NoteKey& log_key) {
  return state / ("cosigned-" + crypto::hex_of(log_key.id()) + ".note");
}

tl::expected<std::string, Failure> cosign(const Evidence& evidence, const crypto::WitnessKey& key,
                                          const fs::path& state, crypto::Date day) {
  if (!evidence.log) return failure(crypto::exit_unverified, evidence.log.error() + " Nothing was signed.");
  if (!evidence.noted)
    return failure(crypto::exit_unverified, evidence.noted.error() + " Nothing was signed.");
  const fs::path file = last_cosigned_file(state, evidence.given.log_key);
  const auto last = read_last(file, evidence.given.log_key, key.key());
  if (!last) return tl::unexpected(last.error());
  if (auto good = follows(evidence.log->entries, evidence.noted->checkpoint, *last); !good)
    return tl::unexpected(good.error());
  const auto note = key.cosign(evidence.noted->note, day);
  if (!note)
    return failure(crypto::exit_usage, fmt::format("The checkpoint {}.", crypto::sentence(note.error())));
  // The memory comes first: a witness that forgets would cosign another past.
  auto done = crypto::make_directory(state);
  if (done) done = crypto::write_file(file, crypto::bytes_of(*note));
  if (!done)
    return failure(crypto::exit_not_done,
                   fmt::format("The state cannot be written: {}. Nothing is given out.",
                               crypto::sentence(done.error())));
  return *note;
}

tl::expected<crypto::WitnessKey, Failure> read_witness_key(const fs::path& file) {
  const auto fd = crypto::open_for_reading(file);
  if (!fd)
    return failure(crypto::exit_no_key,
                   fmt::format("The witness's key cannot be read: {}.", crypto::sentence(fd.error())));
  crypto::WipedArray<max_key_file> text;
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t n = ::read(fd->get(), text.data() + size, text.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failure(crypto::exit_no_key, "The witness's key cannot be read.");
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
  }
  auto key = crypto::WitnessKey::read(crypto::text_of(crypto::ByteView(text).first(size)));
  if (!key) return failure(crypto::exit_no_key, "The file is not a witness's key: see `witness-key new`.");
  return std::move(*key);
}

tl::expected<std::string, Failure> make_witness_key(const std::string& name, const fs::path& file) {
  if (!crypto::is_note_key_name(name))
    return failure(
        crypto::exit_usage,
        "A witness's name is 1 to 255 bytes without spaces or '+', such as bermet.example.org/w1.");
  const auto key = crypto::WitnessKey::generate(name);
  if (auto done = crypto::write_file(file, key.write().expose(), 0600, crypto::NewFile::Replace::no); !done)
    return failure(crypto::exit_not_done,
                   fmt::format("The key cannot be written: {}.", crypto::sentence(done.error())));
  return key.vkey();
}

}  // namespace sandyk::audit
