// A minisign secret key file, with or without a passphrase. One that asks for more than minisign's own limits
// is refused before any work; a key that is read signs what its public half verifies, and is the same after
// it was written and read again, by its passphrase alone.
#include "crypto/open/signing.h"

#include <algorithm>
#include <cstdlib>

#include "crypto/seal/text_encoding.h"
#include "fuzz/fixed_keys.h"

namespace {

using namespace sandyk;
using namespace sandyk::crypto;

constexpr std::string_view site = "0123456789abcdef";
constexpr SigningKey::Cost cheap{1U << 15, 1U << 20};
constexpr std::uint64_t most_work_here = 1U << 16;  // 2 MiB and some milliseconds

std::uint64_t little_endian(ByteView bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | bytes[i];
  return value;
}

/// What the file asks of scrypt; nothing when it is of another form, or has no passphrase.
std::optional<SigningKey::Cost> cost_of(std::string_view file) {
  Reader reader(bytes_of(file));
  if (!reader.take_line()) return std::nullopt;
  const auto line = reader.take_line();
  const auto key = line ? from_base64(*line, Base64::padded) : std::nullopt;
  if (!key || key->size() != 158 || !text_of(*key).substr(2).starts_with("Sc")) return std::nullopt;
  return SigningKey::Cost{little_endian(ByteView(*key).subspan(38, 8)),
                          little_endian(ByteView(*key).subspan(46, 8))};
}

std::string signature_by(const SigningKey& key) {
  return key.sign(bytes_of("message"), SignedKind::board, site, "2026-12-01");
}

void signs_for_its_public_half(const SigningKey& key) {
  const std::string file = signature_by(key);
  const auto mark = verify(key.verify_key(), bytes_of("message"), file, SignedKind::board, site);
  if (mark != "2026-12-01") std::abort();
  if (verify(key.verify_key(), bytes_of("massage"), file, SignedKind::board, site)) std::abort();
}

void is_the_same_when_written(const SigningKey& key, const SecretText& passphrase) {
  const auto file = key.write(passphrase, cheap);
  if (!file) std::abort();
  const auto text = text_of(file->expose());
  const auto again = SigningKey::read(text, passphrase);
  if (!again || again->verify_key() != key.verify_key() || signature_by(*again) != signature_by(key))
    std::abort();
  const auto stolen = SigningKey::read(text, fuzz::secret("another"));
  if (stolen || stolen.error() != KeyFileFault::wrong_passphrase) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto passphrase = fuzz::secret(fuzz::passphrase);
  const auto file = text_of(ByteView(data, size));
  const auto cost = cost_of(file);
  constexpr auto most = SigningKey::sensitive;
  const bool is_too_costly = cost && (cost->work > most.work || cost->memory > most.memory);
  if (cost && !is_too_costly && cost->work > most_work_here) return 0;

  const auto key = SigningKey::read(file, passphrase);
  if (!key) {
    if (key.error() == KeyFileFault::too_costly && !is_too_costly) std::abort();
    if (key.error() == KeyFileFault::out_of_memory) std::abort();
    if (key.error() == KeyFileFault::wrong_passphrase && !cost) std::abort();
    return 0;
  }
  if (is_too_costly) std::abort();
  signs_for_its_public_half(*key);
  is_the_same_when_written(*key, passphrase);
  return 0;
}
