#include "crypto/seal/checkpoint.h"

#include <charconv>
#include <cstdlib>

#include "crypto/seal/text_encoding.h"

namespace sandyk::crypto {
namespace {

std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t size = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (fault != std::errc() || end != text.data() + text.size() || size > max_log_size ||
      (text.size() > 1 && text[0] == '0'))
    return std::nullopt;
  return size;
}

}  // namespace

std::string log_origin(std::string_view site) {
  return "sandyk/" + std::string(site);
}

std::optional<Checkpoint> parse_checkpoint(std::string_view text) {
  if (text.size() > max_note_size) return std::nullopt;
  Reader lines(bytes_of(text));
  const auto origin = lines.take_line();
  const auto size_line = lines.take_line();
  const auto root_line = lines.take_line();
  if (!root_line || origin->empty()) return std::nullopt;
  const auto size = parse_size(*size_line);
  const auto bytes = from_base64(*root_line, Base64::padded);
  const auto root = bytes ? Digest::from(*bytes) : std::nullopt;
  if (!size || !root) return std::nullopt;
  while (!lines.done())
    if (const auto extension = lines.take_line(); !extension || extension->empty()) return std::nullopt;
  return Checkpoint{std::string(*origin), *size, *root};
}

std::string write_checkpoint(const Checkpoint& checkpoint) {
  return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
         to_base64(checkpoint.root.bytes(), Base64::padded) + "\n";
}

std::string_view sentence(CheckpointFault fault) {
  switch (fault) {
    case CheckpointFault::malformed:
      return "is not a signed checkpoint";
    case CheckpointFault::other_log:
      return "is of another log";
    case CheckpointFault::not_signed:
      return "is not signed by the log's key";
    case CheckpointFault::wrong:
      return "was changed after it was signed";
  }
  std::abort();
}

tl::expected<Checkpoint, CheckpointFault> verify_checkpoint(std::string_view note, std::string_view origin,
                                                            const NoteKey& key) {
  const auto parsed = SignedNote::parse(note);
  if (!parsed) return tl::unexpected(CheckpointFault::malformed);
  if (const auto good = parsed->verify(key); !good)
    return tl::unexpected(good.error() == NoteFault::not_signed ? CheckpointFault::not_signed
                                                                : CheckpointFault::wrong);
  auto checkpoint = parse_checkpoint(parsed->text());
  if (!checkpoint) return tl::unexpected(CheckpointFault::malformed);
  if (checkpoint->origin != origin) return tl::unexpected(CheckpointFault::other_log);
  return std::move(*checkpoint);
}

}  // namespace sandyk::crypto
