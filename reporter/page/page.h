// The reporter's page as it was built, and the slot in it that belongs to a deployment (docs/formats.md,
// "Page").
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "crypto/seal/signature.h"

namespace sandyk::page {

inline constexpr std::array<std::string_view, 3> languages = {"ru", "ky", "en"};

/// The page of one of `languages` for the site of that root key: the same bytes wherever it is made.
std::string make(std::string_view language, const crypto::VerifyKey& root);

/// What the page may do, as it says itself: for the header of the answer that carries it.
std::string policy_of(std::string_view page);

}  // namespace sandyk::page
