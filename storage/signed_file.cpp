#include "storage/signed_file.h"

#include <unistd.h>

#include "crypto/seal/minisign_format.h"

namespace sandyk::storage {

std::filesystem::path signature_of(const std::filesystem::path& json) {
  return json.string() + ".minisig";
}

tl::expected<SignedPair, std::string> read_signed(const std::filesystem::path& json, std::size_t max_size) {
  auto bytes = crypto::read_file(json, max_size);
  if (!bytes) return tl::unexpected(std::string(crypto::sentence(bytes.error())));
  auto signature = crypto::read_file(signature_of(json), crypto::minisign::max_file);
  if (!signature) return tl::unexpected("its signature: " + std::string(crypto::sentence(signature.error())));
  return SignedPair{std::move(*bytes), std::move(*signature)};
}

tl::expected<void, crypto::IoFault> write_signed(const std::filesystem::path& json, crypto::ByteView bytes,
                                                 crypto::ByteView signature) {
  if (auto done = crypto::write_file(signature_of(json), signature); !done) return done;
  return crypto::write_file(json, bytes);
}

void remove_signed(const std::filesystem::path& json) {
  ::unlink(json.c_str());
  ::unlink(signature_of(json).c_str());
}

}  // namespace sandyk::storage
