#include "crypto/open/age/identity_file.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

namespace sandyk::crypto::age {
namespace {

constexpr std::size_t max_identity_file = 64 * 1024;
constexpr std::size_t max_identities = 100;

}  // namespace

std::optional<Bytes> write_identity_file(const HybridIdentity& identity, const SecretText& passphrase,
                                         unsigned log_n) {
  Bytes file;
  const std::array<Recipient, 1> recipient = {ScryptRecipient(SecretText(passphrase.expose()), log_n)};
  auto sealer = Sealer::start(recipient, [&](ByteView part) {
    file.insert(file.end(), part.begin(), part.end());
    return true;
  });
  if (!sealer) return std::nullopt;
  const SecretText line = identity.text();
  const std::string comment = "# public key: " + identity.recipient().text() + "\n";
  // The sink above never says no, so nothing here can fail.
  if (!sealer->write(bytes_of(comment)) || !sealer->write(line.expose()) || !sealer->write(bytes_of("\n")) ||
      !sealer->finish())
    std::abort();
  return file;
}

tl::expected<std::vector<HybridIdentity>, IdentityFileFault> read_identity_file(
    ByteView file, const SecretText& passphrase) {
  WipedBytes text;
  text.reserve(std::min(file.size(), max_identity_file));
  const auto done = open(source_of(file), passphrase, sink_into(text, max_identity_file), {Encoding::either});
  if (!done) {
    switch (done.error()) {
      case OpenFault::no_match:
        return tl::unexpected(IdentityFileFault::wrong_passphrase);
      case OpenFault::too_costly:
        return tl::unexpected(IdentityFileFault::too_costly);
      case OpenFault::armor:
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
  std::vector<HybridIdentity> hybrid;
  for (Identity& identity : *identities) {
    auto* each = std::get_if<HybridIdentity>(&identity);
    if (!each) return tl::unexpected(IdentityFileFault::no_identity);
    hybrid.push_back(std::move(*each));
  }
  return hybrid;
}

std::optional<std::vector<Identity>> parse_identities(std::string_view text) {
  std::vector<Identity> identities;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    auto identity = parse_identity(line);
    if (!identity || identities.size() == max_identities) return std::nullopt;
    identities.push_back(std::move(*identity));
  }
  return identities;
}

}  // namespace sandyk::crypto::age
