#include "crypto/open/age_open.h"

#include <sodium.h>

#include <algorithm>
#include <functional>

#include "crypto/open/age_passphrase.h"

namespace sandyk::crypto::age {
namespace {

/// Fills `buffer` from the source as far as it goes; nothing when reading failed.
std::optional<std::size_t> fill(const Source& source, std::span<std::uint8_t> buffer) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const auto n = source(buffer.subspan(filled));
    if (!n) return std::nullopt;
    if (*n == 0) break;
    filled += *n;
  }
  return filled;
}

/// The source with some bytes put back in front: what was read beyond the header.
class Rest {
 public:
  Rest(Bytes read, const Source& source) : read_(std::move(read)), source_(source) {}
  std::optional<std::size_t> operator()(std::span<std::uint8_t> out) {
    if (at_ == read_.size()) return source_(out);
    const auto n = std::min(out.size(), read_.size() - at_);
    std::copy_n(read_.begin() + static_cast<std::ptrdiff_t>(at_), n, out.begin());
    at_ += n;
    return n;
  }

 private:
  Bytes read_;
  std::size_t at_ = 0;
  const Source& source_;
};

bool open_chunk(const PayloadKey& key, std::uint64_t counter, bool is_last, ByteView sealed,
                std::span<std::uint8_t> plain) {
  const ChunkNonce nonce = chunk_nonce(counter, is_last);
  return crypto_aead_chacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, sealed.data(),
                                                   sealed.size(), nullptr, 0, nonce.data(),
                                                   key.expose().data()) == 0;
}

/// The chunks after the nonce. One byte more than a chunk is read ahead: it tells whether the chunk is the
/// last.
tl::expected<void, OpenFault> open_payload(const Source& source, const PayloadKey& key, const Sink& sink) {
  Bytes sealed(sealed_chunk_size + 1);
  WipedBytes plain(chunk_size);
  std::size_t ahead = 0;
  for (std::uint64_t counter = 0;; ++counter) {
    const auto n = fill(source, std::span(sealed).subspan(ahead));
    if (!n) return tl::unexpected(OpenFault::source);
    const bool is_last = ahead + *n <= sealed_chunk_size;
    const auto size = std::min(ahead + *n, sealed_chunk_size);
    const bool is_empty_but_not_first = size == tag_size && counter > 0;
    if (size < tag_size || is_empty_but_not_first) return tl::unexpected(OpenFault::payload);

    const auto chunk = std::span(plain).first(size - tag_size);
    if (!open_chunk(key, counter, is_last, ByteView(sealed).first(size), chunk))
      return tl::unexpected(OpenFault::payload);
    if (!sink(chunk)) return tl::unexpected(OpenFault::sink);
    if (is_last) return {};
    sealed.front() = sealed.back();
    ahead = 1;
  }
}

/// The key of the one stanza that fits, by whatever `unwrap` offers.
template <class Unwrap>
tl::expected<void, OpenFault> open_with(const Source& source, const Sink& sink, Unwrap&& unwrap) {
  Bytes head(max_header_size);
  const auto n = fill(source, head);
  if (!n) return tl::unexpected(OpenFault::source);
  head.resize(*n);
  const auto header = parse_header(head);
  if (!header) return tl::unexpected(OpenFault::header);

  const tl::expected<std::optional<FileKey>, OpenFault> file_key = unwrap(header->stanzas);
  if (!file_key) return tl::unexpected(file_key.error());
  if (!*file_key) return tl::unexpected(OpenFault::no_match);
  const auto mac = header_mac(**file_key, header->authenticated);
  if (sodium_memcmp(mac.data(), header->mac.data(), mac.size()) != 0) return tl::unexpected(OpenFault::mac);

  Rest rest(Bytes(head.begin() + static_cast<std::ptrdiff_t>(header->size), head.end()), source);
  const Source remaining = std::ref(rest);
  PayloadNonce nonce;
  const auto got = fill(remaining, nonce);
  if (!got) return tl::unexpected(OpenFault::source);
  if (*got < nonce.size()) return tl::unexpected(OpenFault::header);
  return open_payload(remaining, payload_key(**file_key, nonce), sink);
}

}  // namespace

Source source_of(ByteView bytes) {
  return [bytes](std::span<std::uint8_t> out) mutable -> std::optional<std::size_t> {
    const auto n = std::min(out.size(), bytes.size());
    std::copy_n(bytes.begin(), n, out.begin());
    bytes = bytes.subspan(n);
    return n;
  };
}

tl::expected<void, OpenFault> open(const Source& source, std::span<const HybridIdentity> identities,
                                   const Sink& sink) {
  return open_with(source, sink, [&](const std::vector<Stanza>& stanzas) {
    tl::expected<std::optional<FileKey>, OpenFault> found;
    for (const HybridIdentity& identity : identities) {
      found = identity.unwrap(stanzas);
      if (!found || *found) break;
    }
    return found;
  });
}

tl::expected<void, OpenFault> open(const Source& source, const SecretText& passphrase, const Sink& sink) {
  return open_with(source, sink, [&](const std::vector<Stanza>& stanzas) {
    return unwrap_with_passphrase(stanzas, passphrase);
  });
}

Sink sink_into(WipedBytes& bytes, std::size_t max_size) {
  return [&bytes, max_size](ByteView part) {
    if (part.size() > max_size - bytes.size()) return false;
    bytes.insert(bytes.end(), part.begin(), part.end());
    return true;
  };
}

tl::expected<WipedBytes, OpenFault> open_small(ByteView sealed, std::span<const HybridIdentity> identities,
                                               std::size_t max_size) {
  WipedBytes plain;
  plain.reserve(std::min(max_size, sealed.size()));  // growing would leave copies, wiped but needless
  if (auto done = open(source_of(sealed), identities, sink_into(plain, max_size)); !done)
    return tl::unexpected(done.error());
  return plain;
}

}  // namespace sandyk::crypto::age
