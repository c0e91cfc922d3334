#include "crypto/seal/age_seal.h"

#include <sodium.h>

#include <algorithm>

namespace sandyk::crypto::age {

Sealer::Sealer(PayloadKey key, Sink sink) : key_(std::move(key)), sink_(std::move(sink)) {
  plain_.reserve(chunk_size);
  sealed_.reserve(sealed_chunk_size);
}

tl::expected<Sealer, SealFault> Sealer::start(std::span<const HybridRecipient> recipients, Sink sink) {
  if (recipients.empty()) return tl::unexpected(SealFault::no_recipient);
  if (recipients.size() > max_stanzas) return tl::unexpected(SealFault::too_many_recipients);
  const auto file_key = FileKey::random();
  std::vector<Stanza> stanzas;
  for (const HybridRecipient& recipient : recipients) {
    auto stanza = recipient.wrap(file_key);
    if (!stanza) return tl::unexpected(SealFault::bad_recipient);
    stanzas.push_back(std::move(*stanza));
  }
  return start(stanzas, file_key, std::move(sink));
}

tl::expected<Sealer, SealFault> Sealer::start(const std::vector<Stanza>& stanzas, const FileKey& file_key,
                                              Sink sink) {
  PayloadNonce nonce;
  randombytes_buf(nonce.data(), nonce.size());
  if (!sink(bytes_of(write_header(stanzas, file_key))) || !sink(nonce))
    return tl::unexpected(SealFault::sink);
  return Sealer(payload_key(file_key, nonce), std::move(sink));
}

bool Sealer::flush(bool is_last) {
  sealed_.resize(plain_.size() + tag_size);
  seal_chunk(key_, counter_++, is_last, plain_, sealed_);
  plain_.clear();
  return sink_(sealed_);
}

tl::expected<void, SealFault> Sealer::write(ByteView plain) {
  while (!plain.empty()) {
    if (plain_.size() == chunk_size && !flush(false)) return tl::unexpected(SealFault::sink);
    const auto n = std::min(plain.size(), chunk_size - plain_.size());
    plain_.insert(plain_.end(), plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(n));
    plain = plain.subspan(n);
  }
  return {};
}

tl::expected<void, SealFault> Sealer::finish() {
  if (!flush(true)) return tl::unexpected(SealFault::sink);
  return {};
}

tl::expected<Bytes, SealFault> seal(std::span<const HybridRecipient> recipients, ByteView plain) {
  Bytes sealed;
  auto sealer = Sealer::start(recipients, [&](ByteView part) {
    sealed.insert(sealed.end(), part.begin(), part.end());
    return true;
  });
  if (!sealer) return tl::unexpected(sealer.error());
  if (auto done = sealer->write(plain); !done) return tl::unexpected(done.error());
  if (auto done = sealer->finish(); !done) return tl::unexpected(done.error());
  return sealed;
}

}  // namespace sandyk::crypto::age
