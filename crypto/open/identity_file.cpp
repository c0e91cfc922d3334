#include "crypto/open/identity_file.h"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace sandyk::crypto::age {
namespace {

constexpr std::size_t max_identity_file = 64 * 1024;
constexpr std::size_t max_identities = 100;

}  // namespace

std::optional<Bytes> write_identity_file(const HybridIdentity& identity, const SecretText& passphrase,
                                         unsigned log_n) {
  const auto file_key = FileKey::random();
  auto stanza = wrap_with_passphrase(file_key, passphrase, log_n);
  if (!stanza) return std::nullopt;
  Bytes file;
  auto sealer = Sealer::start({std::move(*stanza)}, file_key, [&](ByteView part) {
    file.insert(file.end(), part.begin(), part.end());
    return true;
  });
  const SecretText line = identity.text();
  const std::string comment = "# public key: " + identity.recipient().text() + "\n";
  // The sink above never says no, so nothing here can fail.
  if (!sealer || !sealer->write(bytes_of(comment)) || !sealer->write(line.expose()) ||
      !sealer->write(bytes_of("\n")) || !sealer->finish())
    std::abort();
  return file;
}

tl::expected<std::vector<HybridIdentity>, IdentityFileFault> read_identity_file(
    ByteView file, const SecretText& passphrase) {
  WipedBytes text;
  text.reserve(std::min(file.size(), max_identity_file));
  if (auto done = open(source_of(file), passphrase, sink_into(text, max_identity_file)); !done) {
    switch (done.error()) {
      case OpenFault::no_match:
        return tl::unexpected(IdentityFileFault::wrong_passphrase);
      case OpenFault::too_costly:
        return tl::unexpected(IdentityFileFault::too_costly);
      case OpenFault::header:
      case OpenFault::mac:
      case OpenFault::payload:
      case OpenFault::source:
      case OpenFault::sink:
        return tl::unexpected(IdentityFileFault::malformed);
    }
  }
  auto identities = parse_identities(text_of(text));
  if (!identities || identities->empty()) return tl::unexpected(IdentityFileFault::no_identity);
  return std::move(*identities);
}

std::optional<std::vector<HybridIdentity>> parse_identities(std::string_view text) {
  std::vector<HybridIdentity> identities;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    auto identity = HybridIdentity::parse(line);
    if (!identity || identities.size() == max_identities) return std::nullopt;
    identities.push_back(std::move(*identity));
  }
  return identities;
}

}  // namespace sandyk::crypto::age
