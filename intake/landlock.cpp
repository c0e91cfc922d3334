#include "intake/landlock.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

#include "crypto/seal/file.h"

namespace sandyk::intake {
namespace {

// Before 2 no file could move from one folder to another, as an inbox's does.
constexpr long least_version = 2;

// What headers older than the kernel do not name; the numbers are the kernel's ABI.
constexpr std::uint64_t fs_truncate = 1U << 14, fs_ioctl_dev = 1U << 15;               // from 3, from 5
constexpr std::uint64_t net_bind_tcp = 1U << 0, net_connect_tcp = 1U << 1;             // from 4
constexpr std::uint64_t scope_abstract_unix_socket = 1U << 0, scope_signal = 1U << 1;  // from 6

/// struct landlock_ruleset_attr, as it is from version 6 on; older kernels take its beginning.
struct Ruleset {
  std::uint64_t files, net, scope;
};

constexpr std::uint64_t read_and_write = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
                                         LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                                         LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
                                         LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REFER;
constexpr std::uint64_t everything_of_version_2 =
    read_and_write | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
    LANDLOCK_ACCESS_FS_MAKE_SYM;

/// All that this version can forbid; what no rule allows again stays forbidden.
Ruleset everything(long version) {
  Ruleset all{everything_of_version_2, 0, 0};
  if (version >= 3) all.files |= fs_truncate;
  if (version >= 4) all.net = net_bind_tcp | net_connect_tcp;
  if (version >= 5) all.files |= fs_ioctl_dev;
  if (version >= 6) all.scope = scope_abstract_unix_socket | scope_signal;
  return all;
}

std::size_t size_of_ruleset(long version) {
  if (version >= 6) return sizeof(Ruleset);
  return version >= 4 ? 2 * sizeof(std::uint64_t) : sizeof(std::uint64_t);
}

bool allow_below(const crypto::Fd& ruleset, const std::filesystem::path& path, std::uint64_t access) {
  const crypto::Fd place(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!place.is_open()) return false;
  landlock_path_beneath_attr rule{};
  rule.allowed_access = access;
  rule.parent_fd = place.get();
  return ::syscall(SYS_landlock_add_rule, ruleset.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

}  // namespace

tl::expected<int, ConfineFault> restrict_files(const Reach& reach) {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < least_version) return 0;
  const Ruleset all = everything(version);
  const crypto::Fd ruleset(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &all, size_of_ruleset(version), 0)));
  if (!ruleset.is_open()) return tl::unexpected(ConfineFault::failed);

  if (!allow_below(ruleset, reach.vault, read_and_write | (all.files & fs_truncate)))
    return tl::unexpected(ConfineFault::no_vault);
  // SQLite seeds the salts of its write-ahead log from this file; without it, from the time.
  if (!allow_below(ruleset, "/dev/urandom", LANDLOCK_ACCESS_FS_READ_FILE))
    return tl::unexpected(ConfineFault::failed);
  if (!reach.unix_socket.empty() &&
      !allow_below(ruleset, folder_of(reach.unix_socket), LANDLOCK_ACCESS_FS_REMOVE_FILE))
    return tl::unexpected(ConfineFault::failed);

  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0)
    return tl::unexpected(ConfineFault::failed);
  return static_cast<int>(version);
}

}  // namespace sandyk::intake
