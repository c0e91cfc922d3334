#include "intake/confinement.h"

#include <cstdlib>

#ifndef SANDYK_SANITIZED

#include <openssl/crypto.h>
#include <sys/prctl.h>

#include "intake/landlock.h"
#include "intake/system_calls.h"

#endif

namespace sandyk::intake {

std::string_view sentence(ConfineFault fault) {
  switch (fault) {
    case ConfineFault::no_filter:
      return "The server cannot be confined: this system allows no seccomp filter. With \"confinement = "
             "off\" "
             "it would serve without, which is for finding faults only.";
    case ConfineFault::no_vault:
      return "The server cannot be confined to its vault: the folder cannot be opened.";
    case ConfineFault::failed:
      return "The server cannot be confined: the system refuses a filter that it should know.";
  }
  std::abort();
}

std::string Confinement::text() const {
  if (!has_filter) return "Not confined: this is a build with a sanitizer.";
  const std::string files = landlock_version == 0 ? "no Landlock, which this kernel does not have"
                                                  : "Landlock ABI " + std::to_string(landlock_version);
  return "Confined: no new privileges, seccomp, " + files + ".";
}

#ifdef SANDYK_SANITIZED

tl::expected<Confinement, ConfineFault> confine(const Reach&) {
  return Confinement{};
}

#else

tl::expected<Confinement, ConfineFault> confine(const Reach& reach) {
  // OpenSSL reads its configuration at first use, which without TLS would be within the vault, later.
  if (::OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, nullptr) != 1 ||
      ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return tl::unexpected(ConfineFault::failed);
  const auto version = restrict_files(reach);
  if (!version) return tl::unexpected(version.error());
  if (const auto done = filter_system_calls(); !done) return tl::unexpected(done.error());
  return Confinement{true, *version};
}

#endif

}  // namespace sandyk::intake
