// age-vectors: runs every vector of a folder (C2SP/CCTV, age) through the opening half.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>

#include "crypto/seal/process.h"
#include "tests/crypto/age/vector_file.h"

namespace {

using namespace sandyk::crypto;

struct Count {
  int passed = 0, failed = 0, skipped = 0;
};

/// By each library that can work on payloads here: all must come to what the vector expects.
void run_vector(const std::filesystem::path& path, Count& count) {
  std::string why;
  const auto vector = age::VectorFile::read(path, why);
  if (!vector) {
    ++count.failed;
    fmt::print("FAILED  {}: {}\n", path.filename().string(), why);
    return;
  }
  if (!vector->unknown_key.empty()) {
    ++count.skipped;
    fmt::print("skipped {}: has a key that is not known here: {}\n", vector->name, vector->unknown_key);
    return;
  }
  for (const auto& library : {CipherLibrary::sodium, CipherLibrary::openssl, CipherLibrary::gcrypt}) {
    if (!library.is_available()) continue;
    const auto fault = age::fault_of(*vector, age::open_vector(*vector, library));
    if (fault.empty()) continue;
    ++count.failed;
    fmt::print("FAILED  {}: {} (payload by {}){}{}\n", vector->name, fault, library.name(),
               vector->comment.empty() ? "" : ": ", vector->comment);
    return;
  }
  ++count.passed;
  fmt::print("ok      {}: {}\n", vector->name, vector->expect);
}

int run(const std::string& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) {
    fmt::print(stderr, "age-vectors: {} is not a folder\n", folder);
    return 2;
  }
  Count count;
  for (const auto& path : age::vector_files(folder)) run_vector(path, count);
  fmt::print("{} passed, {} failed", count.passed, count.failed);
  if (count.skipped > 0) fmt::print(", {} skipped", count.skipped);
  fmt::print("\n");
  return count.failed == 0 && count.passed > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Opens every age test vector of a folder (the format of C2SP/CCTV, age) and compares the result, one "
      "of "
      "success, armor failure, header failure, no match, HMAC failure and payload failure, and the plaintext "
      "that "
      "was released. Each payload is opened by libsodium, OpenSSL and libgcrypt in turn. Exit code 0 when "
      "all passed, 1 when "
      "one "
      "failed or there was none, 2 for wrong use.",
      "age-vectors");
  std::string folder;
  app.add_option("folder", folder, "The folder with the vector files")->required();
  try {
    start_process();
    app.parse(argc, argv);
    return run(folder);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  } catch (const std::exception& e) {
    fmt::print(stderr, "age-vectors: {}\n", e.what());
    return 1;
  }
}
