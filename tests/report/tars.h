// Tars for the tests: made block by block, or by GNU tar, to say things that our writer never says.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/seal/bytes.h"

namespace sandyk::testing {

/// One member as the ustar header says it (POSIX, pax, "ustar Interchange Format").
struct TarMember {
  std::string name;
  std::string content;
  char type = '0';
  std::string link = {};
};

/// A header block and the content's blocks.
std::string tar_member(const TarMember& member);
/// Members, then two zero blocks.
std::string tar_of(const std::vector<TarMember>& members);

/// A folder that is there for the life of this object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Writes and reads whole files; fails the test when that fails.
void write_text(const std::filesystem::path& file, std::string_view text);
std::string read_text(const std::filesystem::path& file);

/// Runs a shell command line and returns what it wrote to stdout; fails the test when it does not end with 0.
std::string run(const std::string& command);

}  // namespace sandyk::testing
