// An identity file as a whole, under a cheap passphrase. What is an age file is read as it is; any other
// input is sealed first, so that its text is reached. What is read is what opening the file and reading its
// lines give, hybrid identities alone; and each is the same after it was written and read again.
#include "crypto/open/age/identity_file.h"

#include <algorithm>
#include <cstdlib>

#include "crypto/open/age/armor.h"
#include "fuzz/fixed_keys.h"
#include "fuzz/streams.h"

namespace {

using namespace sandyk;
using namespace sandyk::crypto;
using age::HybridIdentity;
using age::IdentityFileFault;

constexpr std::size_t max_text = 64 * 1024;
constexpr unsigned most_log_n_here = 6;

const SecretText& passphrase() {
  static const auto text = fuzz::secret(fuzz::passphrase);
  return text;
}

bool is_armored(ByteView file) {
  const auto size = std::min(file.size(), age::max_armor_white_space + age::armor_begin.size());
  return age::looks_armored(file.first(size));
}

/// Whether opening it would put the passphrase to much work.
bool is_costly(ByteView file) {
  Bytes start(age::max_header_size);
  const Source source = source_of(file);
  age::ArmorReader armor(source);
  const auto n = is_armored(file) ? fill(std::ref(armor), start) : fill(source, start);
  const auto header = age::parse_header(ByteView(start).first(n.value_or(0)));
  // An armor that breaks off has no length, but its first lines may hold a header all the same.
  if (!n) return true;
  if (!header || header->stanzas[0].arguments.size() < 3) return false;
  const auto& factor = header->stanzas[0].arguments[2];
  for (unsigned log_n = most_log_n_here + 1; log_n <= age::scrypt_max_log_n; ++log_n)
    if (factor == std::to_string(log_n)) return true;
  return false;
}

/// Any text as the content of such a file, with stanza and file key made once.
Bytes seal(ByteView text) {
  static const auto stanza =
      age::ScryptRecipient(fuzz::secret(fuzz::passphrase), 1).wrap(fuzz::known_file_key()).value();
  Bytes file;
  auto sealer = age::Sealer::start({stanza}, fuzz::known_file_key(), fuzz::gather(file)).value();
  if (!sealer.write(text) || !sealer.finish()) std::abort();
  return file;
}

/// The text inside, when it opens and is no longer than it may be.
std::optional<Bytes> text_inside(ByteView file) {
  Bytes text;
  if (!age::open(source_of(file), passphrase(), fuzz::gather(text), {age::Encoding::either}) ||
      text.size() > max_text)
    return std::nullopt;
  return text;
}

/// The identities of a text, when all are hybrid and there is one at least.
std::vector<const HybridIdentity*> hybrids(const std::optional<std::vector<age::Identity>>& identities) {
  std::vector<const HybridIdentity*> list;
  if (!identities) return list;
  for (const age::Identity& identity : *identities) {
    const auto* hybrid = std::get_if<HybridIdentity>(&identity);
    if (!hybrid) return {};
    list.push_back(hybrid);
  }
  return list;
}

bool same(const HybridIdentity& a, const HybridIdentity& b) {
  const auto x = a.text(), y = b.text();
  return text_of(x.expose()) == text_of(y.expose());
}

void is_the_same_when_written(const HybridIdentity& identity) {
  const auto file = age::write_identity_file(identity, passphrase(), 1);
  if (!file) std::abort();
  const auto again = age::read_identity_file(*file, passphrase());
  if (!again || again->size() != 1 || !same(again->front(), identity)) std::abort();
  const auto stolen = age::read_identity_file(*file, fuzz::secret("another"));
  if (stolen || stolen.error() != IdentityFileFault::wrong_passphrase) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  const bool is_file = text_of(input).starts_with(age::version_line) || is_armored(input);
  if (is_file && is_costly(input)) return 0;
  const Bytes file = is_file ? Bytes(data, data + size) : seal(input);

  const auto read = age::read_identity_file(file, passphrase());
  const auto text = text_inside(file);
  if (!is_file && text.has_value() != (size <= max_text)) std::abort();
  const auto identities = text ? age::parse_identities(text_of(*text)) : std::nullopt;
  const auto expected = hybrids(identities);
  if (read.has_value() != !expected.empty()) std::abort();
  if (!read) {
    if ((read.error() == IdentityFileFault::no_identity) != text.has_value()) std::abort();
    return 0;
  }
  if (!std::equal(read->begin(), read->end(), expected.begin(), expected.end(),
                  [](const HybridIdentity& a, const HybridIdentity* b) { return same(a, *b); }))
    std::abort();
  is_the_same_when_written(read->back());
  return 0;
}
