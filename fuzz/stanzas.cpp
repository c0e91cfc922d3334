// Stanzas, offered to an identity of each native type. The input is what stands between a header's version
// line and its MAC. Whatever opens is of the exact form, gives the one file key there is, and no changed form
// of it opens; each identity takes the first stanza that is for it; a passphrase is put to work only for the
// factors 1 to 22.
#include <algorithm>
#include <cstdlib>

#include "crypto/open/age/identity.h"
#include "crypto/seal/text_encoding.h"
#include "fuzz/fixed_keys.h"

namespace {

using namespace sandyk;
using namespace sandyk::crypto;
using Found = tl::expected<std::optional<FileKey>, age::OpenFault>;
using Unwrap = std::function<Found(std::span<const age::Stanza>)>;

bool opens(const Found& found) {
  return found && *found;
}
bool is_malformed(const Found& found) {
  return !found && found.error() == age::OpenFault::header;
}

std::vector<age::Stanza> parse(std::string_view stanzas) {
  const std::string mac(age::mac_base64_size, 'A');
  const std::string text = std::string(age::version_line) + '\n' + std::string(stanzas) +
                           std::string(age::mac_prefix) + ' ' + mac + '\n';
  const auto header = age::parse_header(bytes_of(text));
  return header ? header->stanzas : std::vector<age::Stanza>();
}

/// Whether the stanza asks for a work factor in [from, to], spelled as it must be.
bool asks_for_work(const age::Stanza& stanza, unsigned from, unsigned to) {
  if (stanza.arguments.size() != 3) return false;
  for (unsigned factor = from; factor <= to; ++factor)
    if (stanza.arguments[2] == std::to_string(factor)) return true;
  return false;
}

/// What an honest file may ask for, and takes longer than a fuzzer likes.
bool is_costly(const age::Stanza& stanza) {
  return stanza.arguments[0] == age::scrypt_type && asks_for_work(stanza, 7, age::scrypt_max_log_n);
}

/// Bytes of the first argument behind the type.
std::size_t argument_size(std::string_view type) {
  if (type == age::hybrid_type) return age::xwing_enc_size;
  return type == age::x25519_type ? age::x25519_size : age::scrypt_salt_size;
}

void has_the_exact_form(const age::Stanza& stanza) {
  const auto& type = stanza.arguments[0];
  if (stanza.body.size() != age::wrapped_key_size) std::abort();
  if (stanza.arguments.size() != (type == age::scrypt_type ? 3U : 2U)) std::abort();
  const auto bytes = from_base64(stanza.arguments[1], Base64::padless);
  if (!bytes || bytes->size() != argument_size(type)) std::abort();
  if (type == age::scrypt_type && !asks_for_work(stanza, 1, age::scrypt_max_log_n)) std::abort();
}

/// One bit of it, or a byte more or less, and it does not open. `choice` says which bit.
void opens_only_unchanged(const age::Stanza& stanza, const Unwrap& unwrap, std::size_t choice) {
  const auto flip = [choice](Bytes& bytes) {
    bytes[choice / 8 % bytes.size()] ^= static_cast<std::uint8_t>(1U << choice % 8);
  };
  age::Stanza changed = stanza;
  flip(changed.body);
  if (opens(unwrap({&changed, 1}))) std::abort();

  changed = stanza;
  auto bytes = from_base64(stanza.arguments[1], Base64::padless).value();
  flip(bytes);
  changed.arguments[1] = to_base64(bytes, Base64::padless);
  if (opens(unwrap({&changed, 1}))) std::abort();

  changed = stanza;
  changed.body.resize(stanza.body.size() + (choice % 2 == 0 ? 1U : std::size_t(-1)));
  if (!is_malformed(unwrap({&changed, 1}))) std::abort();

  changed = stanza;
  changed.arguments.emplace_back("x");
  if (!is_malformed(unwrap({&changed, 1}))) std::abort();
}

/// What becomes of the stanzas of one type is what becomes of the first of them that is not for somebody
/// else.
void check(const std::vector<age::Stanza>& stanzas, std::string_view type, const Unwrap& unwrap,
           std::size_t choice) {
  const Found together = unwrap(stanzas);
  for (const age::Stanza& stanza : stanzas) {
    const Found alone = unwrap({&stanza, 1});
    if (stanza.arguments[0] != type) {
      if (!alone || *alone) std::abort();
      continue;
    }
    if (!alone && !is_malformed(alone)) std::abort();
    if (opens(alone)) {
      if (text_of((*alone)->expose()) != fuzz::file_key) std::abort();
      has_the_exact_form(stanza);
      opens_only_unchanged(stanza, unwrap, choice);
    }
    if (!alone || *alone) {
      if (is_malformed(together) != is_malformed(alone) || opens(together) != opens(alone)) std::abort();
      return;
    }
  }
  if (!together || *together) std::abort();
}

/// A passphrase's stanza must stand alone, and asks for a work factor that is spelled one way and bounded.
void check_passphrase(const std::vector<age::Stanza>& stanzas, std::size_t choice) {
  static const auto passphrase = fuzz::secret(fuzz::passphrase);
  const Unwrap unwrap = [](std::span<const age::Stanza> some) {
    return age::unwrap_with_passphrase(some, passphrase);
  };
  const auto is_scrypt = [](const age::Stanza& s) { return s.arguments[0] == age::scrypt_type; };
  const bool has_any = std::any_of(stanzas.begin(), stanzas.end(), is_scrypt);
  if (stanzas.size() > 1) {
    if (is_malformed(unwrap(stanzas)) != has_any) std::abort();
    return;
  }
  if (is_costly(stanzas[0])) return;
  // The fuzzer's limits of memory and time would show work that is done first and refused then.
  if (has_any && !asks_for_work(stanzas[0], 1, age::scrypt_max_log_n) && !is_malformed(unwrap(stanzas)))
    std::abort();
  check(stanzas, age::scrypt_type, unwrap, choice);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto hybrid = age::HybridIdentity::parse(fuzz::hybrid_identity).value();
  static const auto classic = age::X25519Identity::parse(fuzz::x25519_identity).value();
  const auto stanzas = parse(text_of(ByteView(data, size)));
  if (stanzas.empty()) return 0;
  std::size_t choice = size;
  for (std::size_t i = 0; i < size; ++i) choice = choice * 31 + data[i];

  check(
      stanzas, age::hybrid_type, [](auto some) { return hybrid.unwrap(some); }, choice);
  check(
      stanzas, age::x25519_type, [](auto some) { return classic.unwrap(some); }, choice);
  check_passphrase(stanzas, choice);
  return 0;
}
