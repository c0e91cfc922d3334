// Any header that is read is written again as the same bytes.
#include "crypto/seal/age/header.h"

#include <cstdlib>

#include "crypto/seal/text_encoding.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk::crypto;
  const ByteView file(data, size);
  const auto header = age::parse_header(file);
  if (!header) return header.error().line == 0 ? (std::abort(), 0) : 0;
  if (header->size > age::max_header_size || header->stanzas.empty() ||
      header->stanzas.size() > age::max_stanzas)
    std::abort();
  const std::string again =
      age::write_unauthenticated(header->stanzas) + " " + to_base64(header->mac, Base64::padless) + "\n";
  if (again != text_of(file.first(header->size))) std::abort();
  return 0;
}
