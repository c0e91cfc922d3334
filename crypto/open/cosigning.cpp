#include "crypto/open/cosigning.h"

#include <sodium.h>

#include <chrono>
#include <cstdlib>

#include "crypto/seal/checkpoint.h"

namespace sandyk::crypto {
namespace {

std::uint64_t seconds_at(Date day) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(day.day().time_since_epoch()).count());
}

}  // namespace

std::optional<WitnessKey> WitnessKey::read(std::string_view file_text) {
  auto secret = read_note_secret(file_text, NoteKeyType::cosignature);
  if (!secret) return std::nullopt;
  return WitnessKey(std::move(*secret));
}

tl::expected<std::string, CosignFault> WitnessKey::cosign(std::string_view note, Date day) const {
  auto parsed = SignedNote::parse(note);
  if (!parsed || !parse_checkpoint(parsed->text())) return tl::unexpected(CosignFault::not_a_checkpoint);
  if (parsed->is_signed_by(key())) return tl::unexpected(CosignFault::cosigned);
  if (parsed->signatures().size() >= max_note_signatures) return tl::unexpected(CosignFault::full);

  const std::uint64_t time = seconds_at(day);
  const std::string message = cosigned_text(time, parsed->text());
  Bytes cosignature(cosignature_size);
  for (unsigned i = 0; i < 8; ++i) cosignature[i] = static_cast<std::uint8_t>(time >> (56 - 8 * i));
  crypto_sign_detached(cosignature.data() + 8, nullptr, bytes_of(message).data(), message.size(),
                       secret_.pair.expose().data());
  parsed->add({key().name(), key().id(), std::move(cosignature)});
  std::string cosigned = parsed->write();
  if (cosigned.size() > max_note_size) return tl::unexpected(CosignFault::full);
  return cosigned;
}

std::string_view sentence(CosignFault fault) {
  switch (fault) {
    case CosignFault::not_a_checkpoint:
      return "is not a signed checkpoint";
    case CosignFault::cosigned:
      return "is cosigned with this key already";
    case CosignFault::full:
      return "has as many signatures as one may have";
  }
  std::abort();
}

}  // namespace sandyk::crypto
