#include "intake/software.h"

#include <unistd.h>

#include "crypto/seal/file.h"
#include "intake/pages.h"

namespace sandyk::intake {
namespace {

/// Through /proc, so that it is the file that runs, also when another took its name meanwhile.
std::optional<crypto::Digest> hash_of_program() {
  const auto file = crypto::open_for_reading("/proc/self/exe");
  if (!file) return std::nullopt;
  crypto::Sha256 hash;
  crypto::Bytes buffer(256 * 1024);
  while (true) {
    const ssize_t n = ::read(file->get(), buffer.data(), buffer.size());
    if (n < 0) return std::nullopt;
    if (n == 0) return hash.finish();
    hash.add(crypto::ByteView(buffer).first(static_cast<std::size_t>(n)));
  }
}

}  // namespace

storage::Software running_software(const ServedPages& pages) {
  storage::Software software{SANDYK_VERSION, hash_of_program(), {}};
  for (const ServedPage& page : pages)
    software.pages.emplace(page.language, crypto::sha256(crypto::bytes_of(page.html)));
  return software;
}

}  // namespace sandyk::intake
