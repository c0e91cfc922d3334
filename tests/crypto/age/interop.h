// Files that go from us to another age and back, whatever the other is: what is sealed, and what must hold.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/open/age/identity.h"

namespace sandyk::crypto::age {

/// A hybrid and a classic identity.
std::vector<Identity> one_identity_of_each_kind();
/// Its `AGE-SECRET-KEY-…`, and the `age1…` that belongs to it; nothing for a passphrase.
SecretText identity_text(const Identity& identity);
std::string recipient_text(const Identity& identity);

/// Some files that are sealed alike.
struct InteropCase {
  enum class To { hybrid, x25519, passphrase };

  std::string name;
  To to;
  std::size_t recipients;
  bool is_armored;
  std::vector<std::size_t> sizes;  ///< of the plaintexts
};
std::ostream& operator<<(std::ostream& out, const InteropCase& how);

/// Nothing, a byte, a whole chunk and a byte more: to one recipient and twenty of each kind and to a
/// passphrase, binary and armored. And 100 MiB in three of these ways, in which each kind, number and
/// encoding is met once.
std::vector<InteropCase> interop_cases();

/// Nobody may normalise it: e with a combining accent.
inline constexpr std::string_view interop_passphrase = "сөз e\u0301";
inline constexpr unsigned quick_log_n = 12;  // 4 MiB

/// Another age, as shell commands. `names` are file names with spaces between.
struct OtherAge {
  /// Seals each NAME into NAME.age, for those in the file `recipients` or under the passphrase.
  std::string (*seal)(const InteropCase& how, const std::string& names);
  /// Opens each NAME.age into NAME.opened, with the identity in the file `identity` or the passphrase.
  std::string (*open)(const InteropCase& how, const std::string& names);
};

/// The first and the last recipient open what is small, each alone; the last what is large. So below.
void expect_opens_what_we_seal(const OtherAge& other, const InteropCase& how);
void expect_seals_what_we_open(const OtherAge& other, const InteropCase& how);

/// Both open what either sealed with stanzas of unknown types among its own (grease).
void expect_passes_over_unknown_stanzas(const OtherAge& other, InteropCase::To to);

}  // namespace sandyk::crypto::age
