#include "crypto/seal/age/seal.h"

#include <sodium.h>

#include "crypto/seal/age/header_mac.h"

namespace sandyk::crypto::age {
namespace {

template <class Each>
tl::expected<Sealer, SealFault> start_for(std::span<const Each> recipients, Sink sink, Effort effort) {
  const auto file_key = FileKey::random();
  const auto stanzas = wrap_for(recipients, file_key);
  if (!stanzas) return tl::unexpected(stanzas.error());
  return Sealer::start(*stanzas, file_key, std::move(sink), effort);
}

}  // namespace

tl::expected<Sealer, SealFault> Sealer::start(std::span<const Recipient> recipients, Sink sink,
                                              Effort effort) {
  return start_for(recipients, std::move(sink), effort);
}

tl::expected<Sealer, SealFault> Sealer::start(std::span<const HybridRecipient> recipients, Sink sink,
                                              Effort effort) {
  return start_for(recipients, std::move(sink), effort);
}

tl::expected<Sealer, SealFault> Sealer::start(const std::vector<Stanza>& stanzas, const FileKey& file_key,
                                              Sink sink, Effort effort) {
  PayloadNonce nonce;
  randombytes_buf(nonce.data(), nonce.size());
  if (!sink(bytes_of(write_header(stanzas, file_key))) || !sink(nonce))
    return tl::unexpected(SealFault::sink);
  return Sealer(std::make_unique<PayloadSealer>(payload_key(file_key, nonce), std::move(sink), effort));
}

tl::expected<void, SealFault> Sealer::write(ByteView plain) {
  if (!payload_->write(plain)) return tl::unexpected(SealFault::sink);
  return {};
}

tl::expected<void, SealFault> Sealer::write_all(const Source& source) {
  while (true) {
    const auto room = payload_->room();
    if (room.empty()) return tl::unexpected(SealFault::sink);
    const auto n = source(room);
    if (!n) return tl::unexpected(SealFault::source);
    if (*n == 0) return {};
    payload_->filled(*n);
  }
}

tl::expected<void, SealFault> Sealer::finish() {
  if (!payload_->finish()) return tl::unexpected(SealFault::sink);
  return {};
}

tl::expected<void, SealFault> seal(const Source& source, std::span<const Recipient> recipients,
                                   const Sink& sink, Effort effort) {
  auto sealer = Sealer::start(recipients, sink, effort);
  if (!sealer) return tl::unexpected(sealer.error());
  return sealer->write_all(source).and_then([&] { return sealer->finish(); });
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
