// What the tests of crypto/ share: bytes to seal, a folder that goes away, and stock tools.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <stdexcept>
#include <string>

#include "crypto/open/age/mlkem768x25519.h"
#include "crypto/seal/age/seal.h"
#include "crypto/seal/bytes.h"
#include "crypto/seal/file.h"
#include "crypto/seal/json.h"
#include "crypto/seal/secret.h"

namespace sandyk::crypto {

inline void PrintTo(const CipherLibrary& library, std::ostream* out) {
  *out << library.name();
}

/// n bytes in which no two chunks are alike.
inline Bytes pattern(std::size_t n) {
  Bytes bytes(n);
  std::uint32_t state = 1;
  for (std::uint8_t& b : bytes) {
    state = state * 1664525 + 1013904223;
    b = static_cast<std::uint8_t>(state >> 24);
  }
  return bytes;
}

inline SecretText secret(std::string_view text) {
  return SecretText(bytes_of(text));
}

inline bool equal(ByteView a, ByteView b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin());
}

/// Sealed to fresh identities, which can open it.
struct SealedFile {
  std::vector<age::HybridIdentity> identities;
  Bytes bytes;
};

inline SealedFile seal_to_new_identities(std::size_t recipients, ByteView plain) {
  SealedFile file;
  std::vector<age::HybridRecipient> list;
  for (std::size_t i = 0; i < recipients; ++i) {
    file.identities.push_back(age::HybridIdentity::generate());
    list.push_back(file.identities.back().recipient());
  }
  file.bytes = age::seal(list, plain).value();
  return file;
}

/// A folder of its own for one test; it and all in it go away with the object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "sandyk-crypto-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

  void write(std::string_view name, ByteView bytes) const {
    if (!write_file(path_ / name, bytes)) throw std::runtime_error("write_file");
  }
  Bytes read(std::string_view name) const { return read_file(path_ / name, 64U << 20).value(); }
  std::string text(std::string_view name) const { return std::string(text_of(read(name))); }

  /// Runs a shell command here, with the stock age tools in reach; what it says goes to `said`.
  bool runs(const std::string& command) const {
    return std::system(("cd '" + path_.string() + "' && PATH=" SANDYK_DEPS "/usr/bin:$PATH && (" + command +
                        ") >said 2>&1 </dev/null")
                           .c_str()) == 0;
  }

 private:
  std::filesystem::path path_;
};

/// A JSON file beside the tests.
inline Json vectors(const std::string& name) {
  const auto bytes = read_file(std::filesystem::path(SANDYK_TESTS_FOLDER) / "vectors" / name, 4U << 20);
  return parse_json(bytes.value(), 4U << 20).value();
}

}  // namespace sandyk::crypto
