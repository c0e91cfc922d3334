#include "intake/shape.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "crypto/seal/age/format.h"
#include "crypto/seal/age/header.h"
#include "crypto/seal/size_class.h"
#include "crypto/seal/text_encoding.h"

namespace sandyk::intake {
namespace {

namespace age = crypto::age;

constexpr std::string_view armor_line = "-----BEGIN AGE ENCRYPTED FILE-----";

std::size_t header_size(std::size_t stanzas) {
  return age::header_fixed_size + age::hybrid_stanza_size * stanzas;
}

std::optional<ShapeFault> fault_of(const age::Stanza& stanza) {
  if (stanza.arguments[0] != age::hybrid_type) return ShapeFault::stanza_kind;
  if (stanza.arguments.size() != 2 || stanza.body.size() != age::wrapped_key_size) return ShapeFault::stanza;
  const auto enc = crypto::from_base64(stanza.arguments[1], crypto::Base64::padless);
  if (!enc || enc->size() != age::xwing_enc_size) return ShapeFault::stanza;
  return std::nullopt;
}

ShapeFault fault_of(age::HeaderFault fault) {
  switch (fault) {
    case age::HeaderFault::version:
      return ShapeFault::not_age;
    case age::HeaderFault::no_stanza:
    case age::HeaderFault::too_many_stanzas:
      return ShapeFault::stanza_count;
    case age::HeaderFault::truncated:  // the header goes on where the week's form says it ends
    case age::HeaderFault::too_long:
    case age::HeaderFault::stanza:
    case age::HeaderFault::body:
    case age::HeaderFault::mac:
      return ShapeFault::header;
  }
  std::abort();
}

}  // namespace

tl::expected<void, ShapeFault> check_shape(crypto::ByteView head, std::uint64_t length, std::size_t stanzas) {
  const auto text = crypto::text_of(head);
  if (text.starts_with(armor_line)) return tl::unexpected(ShapeFault::armored);
  if (!text.starts_with(age::version_line)) return tl::unexpected(ShapeFault::not_age);
  if (!crypto::size_class_of_sealed(length, stanzas)) return tl::unexpected(ShapeFault::length);

  const auto header = age::parse_header(head);
  if (!header) return tl::unexpected(fault_of(header.error().fault));
  for (const age::Stanza& stanza : header->stanzas)
    if (const auto fault = fault_of(stanza)) return tl::unexpected(*fault);
  if (header->stanzas.size() != stanzas) return tl::unexpected(ShapeFault::stanza_count);
  if (header->size != header_size(stanzas)) return tl::unexpected(ShapeFault::header);
  return {};
}

tl::expected<void, ShapeFault> check_shape(const storage::SealedBody& body, std::size_t stanzas) {
  // One more than max_recipients fits, so that one stanza too many is counted, and not taken for a damaged
  // header.
  crypto::Bytes room;
  const auto length = std::min<std::uint64_t>(body.size(), header_size(age::max_recipients + 1));
  const auto head = body.look(0, length, room);
  if (!head) return tl::unexpected(ShapeFault::unreadable);
  return check_shape(*head, body.size(), stanzas);
}

tl::expected<crypto::ReportId, crypto::IoFault> digest_of(const storage::SealedBody& body) {
  constexpr std::uint64_t piece = 64 * crypto::kib;
  crypto::Sha256 hash;
  crypto::Bytes room;
  for (std::uint64_t at = 0; at < body.size(); at += piece) {
    const auto part = body.look(at, std::min(piece, body.size() - at), room);
    if (!part) return tl::unexpected(part.error());
    hash.add(*part);
  }
  return *crypto::ReportId::from(hash.finish().bytes());
}

}  // namespace sandyk::intake
