// Minisign signature files, against a key that has signed three times: a keyring, the same bytes as a policy,
// and a keyring for another site. A file verifies when it is, but for its untrusted comment, the first of
// these, and only then; the others are told apart from it only because they are genuine.
#include "crypto/seal/signature.h"

#include <array>
#include <cstdlib>

#include "fuzz/fixed_keys.h"

namespace {

using namespace sandyk;
using namespace sandyk::crypto;

constexpr std::string_view message = "message", site = "0123456789abcdef", other_site = "fedcba9876543210";

std::string sign(SignedKind kind, std::string_view of) {
  return fuzz::signing_key().sign(bytes_of(message), kind, of, "7");
}

/// Without the first line.
std::string_view signed_part(std::string_view file) {
  return file.substr(std::min(file.find('\n'), file.size()));
}

struct Genuine {
  std::string as_it_is = sign(SignedKind::keyring, site);
  std::string as_policy = sign(SignedKind::policy, site);
  std::string for_other_site = sign(SignedKind::keyring, other_site);
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Genuine genuine;
  static const VerifyKey key = fuzz::signing_key().verify_key();
  const auto text = text_of(ByteView(data, size));
  const auto result = verify(key, bytes_of(message), text, SignedKind::keyring, site);

  const auto part = signed_part(text);
  const bool is_whole = text.size() <= minisign::max_file && text.starts_with(minisign::untrusted_prefix);
  const auto is = [&](const std::string& file) { return is_whole && part == signed_part(file); };
  if (result.has_value() != is(genuine.as_it_is) || (result && *result != "7")) std::abort();
  if ((result == tl::unexpected(SignatureFault::other_kind)) != is(genuine.as_policy)) std::abort();
  if ((result == tl::unexpected(SignatureFault::other_site)) != is(genuine.for_other_site)) std::abort();

  if (verify(key, bytes_of("another message"), text, SignedKind::keyring, site)) std::abort();
  return 0;
}
