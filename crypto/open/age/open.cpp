#include "crypto/open/age/open.h"

#include <sodium.h>

#include <algorithm>
#include <functional>

#include "crypto/open/age/armor.h"
#include "crypto/seal/age/header_mac.h"

namespace sandyk::crypto::age {
namespace {

/// Finds the file key among a file's stanzas.
using Unwrap = std::function<tl::expected<std::optional<FileKey>, OpenFault>(std::span<const Stanza>)>;

/// A source with some bytes put back in front: what was read to look at.
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

std::optional<Bytes> read_start(const Source& source, std::size_t max_size) {
  Bytes start(max_size);
  const auto n = fill(source, start);
  if (!n) return std::nullopt;
  start.resize(*n);
  return start;
}

bool holds_scrypt_beside_others(std::span<const Stanza> stanzas) {
  const auto is_scrypt = [](const Stanza& stanza) { return stanza.arguments.front() == scrypt_type; };
  return stanzas.size() > 1 && std::any_of(stanzas.begin(), stanzas.end(), is_scrypt);
}

tl::expected<FileKey, OpenFault> file_key_of(const Header& header, const Unwrap& unwrap) {
  // Stricter than the specification, which leaves this to whoever holds the passphrase: nobody makes such
  // files.
  if (holds_scrypt_beside_others(header.stanzas)) return tl::unexpected(OpenFault::header);
  auto file_key = unwrap(header.stanzas);
  if (!file_key) return tl::unexpected(file_key.error());
  if (!*file_key) return tl::unexpected(OpenFault::no_match);
  const auto mac = header_mac(**file_key, header.authenticated);
  if (sodium_memcmp(mac.data(), header.mac.data(), mac.size()) != 0) return tl::unexpected(OpenFault::mac);
  return std::move(**file_key);
}

tl::expected<void, OpenFault> open_binary(const Source& source, const Unwrap& unwrap, const Sink& sink,
                                          Effort effort) {
  auto start = read_start(source, max_header_size);
  if (!start) return tl::unexpected(OpenFault::source);
  const auto header = parse_header(*start);
  if (!header) return tl::unexpected(OpenFault::header);
  const auto file_key = file_key_of(*header, unwrap);
  if (!file_key) return tl::unexpected(file_key.error());

  start->erase(start->begin(), start->begin() + static_cast<std::ptrdiff_t>(header->size));
  Rest rest(std::move(*start), source);
  const Source remaining = std::ref(rest);
  PayloadNonce nonce;
  const auto got = fill(remaining, nonce);
  if (!got) return tl::unexpected(OpenFault::source);
  if (*got < nonce.size()) return tl::unexpected(OpenFault::header);
  return open_payload(remaining, payload_key(*file_key, nonce), sink, effort);
}

tl::expected<void, OpenFault> open_armored(const Source& text, const Unwrap& unwrap, const Sink& sink,
                                           Effort effort) {
  ArmorReader armor(text);
  const auto done = open_binary(std::ref(armor), unwrap, sink, effort);
  // A bad line cuts the binary off: what that looks like from inside is not the news.
  return armor.is_malformed() ? tl::unexpected(OpenFault::armor) : done;
}

tl::expected<void, OpenFault> open_with(const Source& source, const Unwrap& unwrap, const Sink& sink,
                                        Opening how) {
  switch (how.encoding) {
    case Encoding::binary:
      return open_binary(source, unwrap, sink, how.effort);
    case Encoding::armor:
      return open_armored(source, unwrap, sink, how.effort);
    case Encoding::either:
      break;
  }
  auto start = read_start(source, max_armor_white_space + armor_begin.size());
  if (!start) return tl::unexpected(OpenFault::source);
  const bool is_armored = looks_armored(*start);
  Rest rest(std::move(*start), source);
  return is_armored ? open_armored(std::ref(rest), unwrap, sink, how.effort)
                    : open_binary(std::ref(rest), unwrap, sink, how.effort);
}

}  // namespace

tl::expected<void, OpenFault> open(const Source& source, std::span<const Identity> identities,
                                   const Sink& sink, Opening how) {
  return open_with(
      source, [&](std::span<const Stanza> stanzas) { return unwrap(identities, stanzas); }, sink, how);
}

tl::expected<void, OpenFault> open(const Source& source, std::span<const HybridIdentity> identities,
                                   const Sink& sink, Opening how) {
  return open_with(
      source, [&](std::span<const Stanza> stanzas) { return unwrap(identities, stanzas); }, sink, how);
}

tl::expected<void, OpenFault> open(const Source& source, const SecretText& passphrase, const Sink& sink,
                                   Opening how) {
  return open_with(
      source, [&](std::span<const Stanza> stanzas) { return unwrap_with_passphrase(stanzas, passphrase); },
      sink, how);
}

Sink sink_into(WipedBytes& bytes, std::size_t max_size) {
  return [&bytes, max_size](ByteView part) {
    if (part.size() > max_size - bytes.size()) return false;
    bytes.insert(bytes.end(), part.begin(), part.end());
    return true;
  };
}

tl::expected<WipedBytes, OpenFault> open_small(ByteView sealed, std::span<const HybridIdentity> identities,
                                               std::size_t max_size, Opening how) {
  WipedBytes plain;
  plain.reserve(std::min(max_size, sealed.size()));  // growing would leave copies, wiped but needless
  if (auto done = open(source_of(sealed), identities, sink_into(plain, max_size), how); !done)
    return tl::unexpected(done.error());
  return plain;
}

}  // namespace sandyk::crypto::age
