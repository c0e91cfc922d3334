#include "desk/wiping.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "crypto/seal/file.h"
#include "crypto/seal/text_encoding.h"
#include "storage/folder.h"

namespace sandyk::desk {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view wiped_prefix = ".wiped-";

tl::unexpected<Problem> not_wiped(const fs::path& file, std::string_view why) {
  return problem(fmt::format("{} could not be destroyed: {}. Run this again; nothing is stated yet.",
                             file.string(), why));
}

tl::unexpected<Problem> not_wiped(const fs::path& file) {
  return not_wiped(file, crypto::sentence(crypto::io_fault(errno)));
}

}  // namespace

tl::expected<void, Problem> wipe(const fs::path& file) {
  const crypto::Fd fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.is_open()) return errno == ENOENT ? tl::expected<void, Problem>() : not_wiped(file);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return not_wiped(file);
  if (!S_ISREG(status.st_mode)) return not_wiped(file, "it is not a file");
  if (auto done = crypto::overwrite_with_noise(fd.get()); !done)
    return not_wiped(file, crypto::sentence(done.error()));

  std::array<std::uint8_t, 8> random;
  randombytes_buf(random.data(), random.size());
  const fs::path neutral = file.parent_path() / (std::string(wiped_prefix) + crypto::to_hex(random));
  if (::rename(file.c_str(), neutral.c_str()) != 0 || ::unlink(neutral.c_str()) != 0) return not_wiped(file);
  if (auto synced = crypto::sync_directory(file.parent_path()); !synced)
    return not_wiped(file, crypto::sentence(synced.error()));
  return {};
}

tl::expected<void, Problem> remove_wiped(const fs::path& folder) {
  for (const std::string& name : storage::names_in(folder))
    if (name.starts_with(wiped_prefix))
      if (auto done = wipe(folder / name); !done) return done;
  return {};
}

}  // namespace sandyk::desk
