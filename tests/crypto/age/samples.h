// What the tests of age files share: streams that come in pieces, break or say no, and values of known bytes.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "crypto/open/age/open.h"
#include "crypto/seal/age/seal.h"
#include "crypto/seal/stream.h"
#include "crypto/seal/text_encoding.h"
#include "tests/crypto/support.h"

namespace sandyk::crypto::age {

/// A secret of known bytes.
template <class Kind>
Kind known(ByteView bytes) {
  return Kind::make([&](auto out) { std::copy_n(bytes.begin(), out.size(), out.begin()); });
}

/// What is moved and never copied, in a vector.
template <class Element, class... Each>
std::vector<Element> list_of(Each... each) {
  std::vector<Element> list;
  (list.emplace_back(std::move(each)), ...);
  return list;
}

/// Passes all on into `bytes`, which must outlive it.
inline Sink into(Bytes& bytes) {
  return [&bytes](ByteView part) {
    bytes.insert(bytes.end(), part.begin(), part.end());
    return true;
  };
}

/// Gives at most `piece` bytes at a time.
inline Source in_pieces(ByteView bytes, std::size_t piece) {
  return [bytes, piece](std::span<std::uint8_t> out) mutable -> std::optional<std::size_t> {
    const auto n = std::min({piece, out.size(), bytes.size()});
    std::copy_n(bytes.begin(), n, out.begin());
    bytes = bytes.subspan(n);
    return n;
  };
}

/// Gives `bytes`, then fails where the end would be.
inline Source breaking_after(ByteView bytes) {
  return [whole = source_of(bytes)](std::span<std::uint8_t> out) -> std::optional<std::size_t> {
    const auto n = whole(out);
    if (n && *n == 0) return std::nullopt;
    return n;
  };
}

/// A whole file, binary.
inline Bytes seal_to(std::span<const Recipient> recipients, ByteView plain) {
  Bytes file;
  if (!seal(source_of(plain), recipients, into(file)))
    throw std::logic_error("these recipients cannot be sealed to");
  return file;
}

/// The stanza with the bytes in its argument changed.
template <class Change>
Stanza with_argument(Stanza stanza, Change&& change) {
  Bytes bytes = from_base64(stanza.arguments[1], Base64::padless).value();
  change(bytes);
  stanza.arguments[1] = to_base64(bytes, Base64::padless);
  return stanza;
}

inline std::string upper_case(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

inline std::string lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

/// How opening went, and what it released.
struct Opened {
  std::optional<OpenFault> fault;
  Bytes released;
  bool operator==(const Opened&) const = default;
};

inline Opened open_with(std::span<const Identity> identities, const Source& file, Opening how = {}) {
  Opened opened;
  if (const auto done = open(file, identities, into(opened.released), how); !done)
    opened.fault = done.error();
  return opened;
}

inline X25519Point point_of(std::string_view hex) {
  X25519Point point;
  const Bytes bytes = from_hex(hex).value();
  std::copy_n(bytes.begin(), point.size(), point.begin());
  return point;
}

/// The 32 bytes of every u coordinate that is, with its top bit left out, that of a point of low order (RFC
/// 7748, section 6.1; the list is at cr.yp.to/ecdh.html): those below 2^255 first, then with the bit.
inline std::vector<X25519Point> points_of_low_order() {
  std::vector<X25519Point> points;
  for (const char* hex : {"0000000000000000000000000000000000000000000000000000000000000000",
                          "0100000000000000000000000000000000000000000000000000000000000000",
                          "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                          "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                          "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                          "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"})
    points.push_back(point_of(hex));
  for (std::size_t i = 0; i < 7; ++i) {
    X25519Point marked = points[i];
    marked[31] |= 0x80;
    points.push_back(marked);
  }
  return points;
}

}  // namespace sandyk::crypto::age
