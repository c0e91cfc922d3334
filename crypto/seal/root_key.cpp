#include "crypto/seal/root_key.h"

#include <cstdlib>

#include "crypto/seal/file.h"

namespace sandyk::crypto {

std::string_view sentence(RootKeyFault fault) {
  switch (fault) {
    case RootKeyFault::neither:
      return "is neither the base64 line of a minisign public key nor a file that can be read";
    case RootKeyFault::not_a_key:
      return "names a file that is not a minisign public key";
  }
  std::abort();
}

tl::expected<VerifyKey, RootKeyFault> read_root_key(const std::string& line_or_file) {
  if (const auto key = VerifyKey::parse(line_or_file)) return *key;
  const auto file = read_file(line_or_file, minisign::max_file);
  if (!file) return tl::unexpected(RootKeyFault::neither);
  const auto key = VerifyKey::parse(text_of(*file));
  if (!key) return tl::unexpected(RootKeyFault::not_a_key);
  return *key;
}

}  // namespace sandyk::crypto
