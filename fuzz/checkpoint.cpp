// A checkpoint that is read begins with what is written of it, has its limits, and is what a signature over
// those bytes by the log's key alone says.
#include "crypto/seal/checkpoint.h"

#include <cstdlib>

#include "crypto/seal/log_key.h"
#include "crypto/seal/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk::crypto;
  const auto text = text_of(ByteView(data, size));
  const auto checkpoint = parse_checkpoint(text);
  if (!checkpoint) return 0;
  const std::string written = write_checkpoint(*checkpoint);
  if (!text.starts_with(written) || checkpoint->size > max_log_size || checkpoint->origin.empty())
    std::abort();
  if (parse_checkpoint(written) != checkpoint) std::abort();
  if (!is_note_key_name(checkpoint->origin)) return 0;

  const auto key = LogKey::generate(checkpoint->origin);
  const std::string note = key.sign(*checkpoint);
  const auto verified = verify_checkpoint(note, checkpoint->origin, key.key());
  if (!verified || *verified != *checkpoint) std::abort();
  const auto by_another = verify_checkpoint(note, checkpoint->origin, LogKey::generate("a").key());
  if (by_another || by_another.error() != CheckpointFault::not_signed) std::abort();
  std::string changed = note;
  changed[size % written.size()] ^= 1;
  if (verify_checkpoint(changed, checkpoint->origin, key.key())) std::abort();
  return 0;
}
