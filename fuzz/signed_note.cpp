// A signed note that is read is the same bytes when it is written, within its limits; a vkey has one
// spelling. A cosignature added to any checkpoint verifies, by its own key alone, and leaves what was there
// as it was.
#include "crypto/seal/signed_note.h"

#include <algorithm>
#include <cstdlib>

#include "crypto/open/cosigning.h"
#include "crypto/seal/checkpoint.h"

namespace {

using namespace sandyk::crypto;

// The pair of RFC 8032, section 7.1, test 1.
const WitnessKey& witness_key() {
  static const auto key = WitnessKey::read(
      "PRIVATE+KEY+witness.example/w1+eb762cc2+BJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n");
  return *key;
}

void is_cosigned_once(const SignedNote& note, std::string_view bytes) {
  const auto cosigned = witness_key().cosign(bytes, Date(std::chrono::sys_days(std::chrono::days(20'000))));
  if (!cosigned) {
    const bool is_right = cosigned.error() == CosignFault::cosigned ||
                          cosigned.error() == CosignFault::full || !parse_checkpoint(note.text());
    if (!is_right) std::abort();
    return;
  }
  if (!cosigned->starts_with(bytes)) std::abort();
  const auto again = SignedNote::parse(*cosigned);
  if (!again || again->text() != note.text()) std::abort();
  if (again->verify_cosignature(witness_key().key()) != 20'000U * 86'400U) std::abort();
  if (again->verify(witness_key().key())) std::abort();
  if (witness_key().cosign(*cosigned, Date::today())) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = text_of(ByteView(data, size));
  if (const auto key = NoteKey::parse(bytes); key && key->text() != bytes) std::abort();
  for (const auto type : {NoteKeyType::ed25519, NoteKeyType::cosignature})
    if (const auto secret = read_note_secret(bytes, type))
      if (text_of(write_note_secret(*secret).expose()) != bytes) std::abort();

  const auto note = SignedNote::parse(bytes);
  if (!note) return 0;
  if (note->write() != bytes || note->signatures().empty() || note->signatures().size() > max_note_signatures)
    std::abort();
  is_cosigned_once(*note, bytes);
  return 0;
}
