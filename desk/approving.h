// Adding one person's approval to a file that two must approve.
#pragma once

#include <filesystem>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/approval.h"
#include "desk/home.h"
#include "desk/passphrase.h"
#include "desk/problem.h"

namespace sandyk::desk {

/// Whose key approves: the desk.key of a home, or, when `key_file` is set, a minisign key of one's own.
struct Approver {
  Home home;
  std::filesystem::path key_file;
  PassphraseSource passphrases;
};

/// What is approved: the exact text, with the site and the mark of its signature.
struct Approvable {
  std::string text, site, mark;
};

/// Unlocks the approver's key and adds its signature to `approvals`. A problem when two are there already,
/// when this key has signed, and when what is there does not verify. Returns how many are still needed.
[[nodiscard]] tl::expected<std::size_t, Problem> add_approval(std::vector<crypto::Approval>& approvals,
                                                              const Approvable& what,
                                                              const Approver& approver);

}  // namespace sandyk::desk
