// The reporter's page as it was built, and the slot in it that belongs to a deployment (docs/formats.md,
// "Page").
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/seal/signature.h"

namespace sandyk::page {

inline constexpr std::array<std::string_view, 3> languages = {"ru", "ky", "en"};

struct Contacts;

/// The page of one of `languages` for the site of that root key, with its contacts where there are some: the
/// same bytes wherever it is made.
std::string make(std::string_view language, const crypto::VerifyKey& root,
                 const Contacts* contacts = nullptr);

/// The contacts as a part of the page, shown with and without script.
std::string contacts_html(const Contacts& contacts, std::string_view language);

/// What the page may do: as it says itself, and of other servers only `origins`. For the header of the answer
/// that carries it; the page itself cannot know next week's nodes.
std::string policy_of(std::string_view page, const std::vector<std::string>& origins);

/// What the form without script is told, as a language and a sentence (HTML) in each: for `stored`, for the
/// code of an error of the endpoint, and for any other code that it was not taken.
std::vector<std::pair<std::string_view, std::string_view>> form_sentences(std::string_view code);

}  // namespace sandyk::page
