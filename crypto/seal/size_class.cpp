#include "crypto/seal/size_class.h"

#include "crypto/seal/age/format.h"

namespace sandyk::crypto {

std::optional<std::uint64_t> size_class_for(std::uint64_t packed) {
  for (std::uint64_t size : size_classes)
    if (packed <= size) return size;
  return std::nullopt;
}

std::uint64_t sealed_length(std::uint64_t size, std::size_t stanzas) {
  const std::uint64_t chunks = size == 0 ? 1 : (size - 1) / age::chunk_size + 1;
  return age::header_fixed_size + age::hybrid_stanza_size * stanzas + age::nonce_size + size +
         age::tag_size * chunks;
}

std::optional<std::uint64_t> size_class_of_sealed(std::uint64_t length, std::size_t stanzas) {
  for (std::uint64_t size : size_classes)
    if (sealed_length(size, stanzas) == length) return size;
  return std::nullopt;
}

}  // namespace sandyk::crypto
