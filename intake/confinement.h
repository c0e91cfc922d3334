// What the server can no longer do once it serves: start a program, open a socket, look outside of its vault.
// Whoever takes it over through the network has that and nothing more.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace sandyk::intake {

enum class ConfineFault {
  no_filter,  ///< this kernel, or what this program runs in, allows no seccomp filter
  no_vault,   ///< the vault's folder cannot be opened
  failed,
};
std::string_view sentence(ConfineFault fault);

struct Confinement {
  bool has_filter = false;   ///< seccomp; false only under a sanitizer
  int landlock_version = 0;  ///< of its ABI; 0 when this kernel has none, or one too old

  /// One line for the operator.
  std::string text() const;
};

/// What stays in reach.
struct Reach {
  std::filesystem::path vault;
  std::filesystem::path unix_socket;  ///< may be removed when the server ends; empty: there is none
};

/// Confines this process for good: no new privileges, Landlock, a seccomp filter that ends the process at a
/// call it does not list. Call when every socket and key is open and before another thread begins: Landlock
/// holds for this thread and those it starts. Under sanitizers it does nothing and says so.
[[nodiscard]] tl::expected<Confinement, ConfineFault> confine(const Reach& reach);

}  // namespace sandyk::intake
