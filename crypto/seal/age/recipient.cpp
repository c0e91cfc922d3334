#include "crypto/seal/age/recipient.h"

#include <algorithm>

namespace sandyk::crypto::age {
namespace {

/// What the reference calls labels: those of one file must be equal. Here a type has one set of them, that of
/// scrypt being equal to nothing, so equal labels are equal types.
bool may_stand_together(std::span<const Recipient> recipients) {
  const bool is_alike = std::all_of(recipients.begin(), recipients.end(), [&](const Recipient& recipient) {
    return recipient.index() == recipients.front().index();
  });
  return is_alike && (recipients.size() == 1 || !std::holds_alternative<ScryptRecipient>(recipients.front()));
}

template <class Each, class Wrap>
tl::expected<std::vector<Stanza>, SealFault> wrap_each(std::span<const Each> recipients, Wrap&& wrap) {
  if (recipients.empty()) return tl::unexpected(SealFault::no_recipient);
  if (recipients.size() > max_recipients) return tl::unexpected(SealFault::too_many_recipients);
  std::vector<Stanza> stanzas;
  for (const Each& recipient : recipients) {
    tl::expected<Stanza, SealFault> stanza = wrap(recipient);
    if (!stanza) return tl::unexpected(stanza.error());
    stanzas.push_back(std::move(*stanza));
  }
  return stanzas;
}

}  // namespace

std::optional<Recipient> parse_recipient(std::string_view text) {
  if (const auto hybrid = HybridRecipient::parse(text)) return Recipient(*hybrid);
  if (const auto classic = X25519Recipient::parse(text)) return Recipient(*classic);
  return std::nullopt;
}

tl::expected<std::vector<Stanza>, SealFault> wrap_for(std::span<const Recipient> recipients,
                                                      const FileKey& file_key) {
  if (!recipients.empty() && !may_stand_together(recipients))
    return tl::unexpected(SealFault::mixed_recipients);
  return wrap_each(recipients, [&](const Recipient& recipient) {
    return std::visit([&](const auto& each) { return each.wrap(file_key); }, recipient);
  });
}

tl::expected<std::vector<Stanza>, SealFault> wrap_for(std::span<const HybridRecipient> recipients,
                                                      const FileKey& file_key) {
  return wrap_each(recipients, [&](const HybridRecipient& recipient) { return recipient.wrap(file_key); });
}

}  // namespace sandyk::crypto::age
