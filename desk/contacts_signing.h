// Signing the emergency contacts of the reporter's page with the root key.
#pragma once

#include <filesystem>
#include <tl/expected.hpp>

#include "desk/home.h"
#include "desk/passphrase.h"
#include "desk/problem.h"

namespace sandyk::desk {

/// Checks the contacts in `file` and writes their signature beside it. They must name the home's site; the
/// mark is their date.
[[nodiscard]] tl::expected<void, Problem> sign_contacts(const Home& home, const std::filesystem::path& file,
                                                        const PassphraseSource& passphrases);

}  // namespace sandyk::desk
