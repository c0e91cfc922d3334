// The shape check: the first byte is the number of organisations. What is accepted has the one form there is,
// so writing its stanzas again gives the same bytes.
#include "intake/shape.h"

#include <algorithm>
#include <cstdlib>

#include "crypto/seal/age/header.h"
#include "crypto/seal/size_class.h"

using namespace sandyk;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t stanzas = 1 + data[0] % 4;
  const crypto::ByteView head(data + 1, size - 1);
  // The payload is not looked at: the right length stands for it.
  const auto length = crypto::sealed_length(crypto::size_classes[0], stanzas);
  if (!intake::check_shape(head, length, stanzas)) return 0;
  if (intake::check_shape(head, length + 1, stanzas)) std::abort();

  const auto header = crypto::age::parse_header(head);
  if (!header || header->stanzas.size() != stanzas) std::abort();
  const std::string again = crypto::age::write_unauthenticated(header->stanzas);
  if (crypto::text_of(header->authenticated) != again) std::abort();
  return 0;
}
