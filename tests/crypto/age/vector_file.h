// One file of the public age test vectors (C2SP/CCTV, age/README.md): what it says, and what comes of opening
// it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/seal/age/payload.h"
#include "crypto/seal/bytes.h"

namespace sandyk::crypto::age {

struct VectorFile {
  std::string name, expect, payload, comment;
  std::vector<std::string> identities, passphrases;
  std::string unknown_key;  ///< the first line's that we cannot judge; empty when there is none
  bool is_armored = false;
  Bytes file;

  /// Nothing, with a sentence in `why`, when the file is not of the form.
  static std::optional<VectorFile> read(const std::filesystem::path& path, std::string& why);
};

/// The vectors of a folder by name, Markdown pages left out.
std::vector<std::filesystem::path> vector_files(const std::filesystem::path& folder);

/// What opening came to, in the words of the vectors: one of their six results, or another word.
struct VectorOutcome {
  std::string result;
  std::string payload;  ///< hex SHA-256 of all plaintext that was released
  std::size_t released;
};

/// Opens the vector's file with everything it offers, in its order.
VectorOutcome open_vector(const VectorFile& vector, CipherLibrary library);

/// A sentence about what is wrong with an outcome; empty when it is the one that the vector expects.
std::string fault_of(const VectorFile& vector, const VectorOutcome& outcome);

}  // namespace sandyk::crypto::age
