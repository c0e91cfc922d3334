#include "crypto/open/age/identity.h"

namespace sandyk::crypto::age {
namespace {

using Found = tl::expected<std::optional<FileKey>, OpenFault>;

template <class Each, class Unwrap>
Found first_of(std::span<const Each> identities, Unwrap&& unwrap) {
  Found found;
  for (const Each& identity : identities) {
    found = unwrap(identity);
    if (!found || *found) break;
  }
  return found;
}

}  // namespace

std::optional<Identity> parse_identity(std::string_view text) {
  if (auto hybrid = HybridIdentity::parse(text)) return Identity(std::move(*hybrid));
  if (auto classic = X25519Identity::parse(text)) return Identity(std::move(*classic));
  return std::nullopt;
}

Found unwrap(std::span<const Identity> identities, std::span<const Stanza> stanzas) {
  return first_of(identities, [&](const Identity& identity) {
    return std::visit([&](const auto& each) { return each.unwrap(stanzas); }, identity);
  });
}

Found unwrap(std::span<const HybridIdentity> identities, std::span<const Stanza> stanzas) {
  return first_of(identities, [&](const HybridIdentity& identity) { return identity.unwrap(stanzas); });
}

}  // namespace sandyk::crypto::age
