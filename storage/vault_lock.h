// The lock that makes the running server the vault's only writer.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <tl/expected.hpp>

#include "crypto/seal/file.h"

namespace sandyk::storage {

/// A POSIX record lock on `vault/lock`: it ends with the process, however that ends, and names its holder to
/// others. It is the process's, so it does not keep two Vaults of one process apart, and closing any other
/// descriptor of the file drops it.
class VaultLock {
 public:
  /// Nothing inside the result when another process has it.
  [[nodiscard]] static tl::expected<std::optional<VaultLock>, crypto::IoFault> take(
      const std::filesystem::path& vault);

 private:
  explicit VaultLock(crypto::Fd fd) : fd_(std::move(fd)) {}
  crypto::Fd fd_;
};

/// The process that holds the lock; nothing when none does. Never call it in the process that may be the
/// holder.
std::optional<pid_t> lock_holder(const std::filesystem::path& vault);

}  // namespace sandyk::storage
