// Whom to turn to at once, country by country: signed by the root, and shown above the form (docs/formats.md,
// "Contacts").
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/calendar.h"
#include "crypto/seal/signature.h"

namespace sandyk::page {

inline constexpr std::size_t max_contacts_size = 64 * 1024;

/// A text in every language of the page.
using Texts = std::map<std::string, std::string, std::less<>>;

struct Country {
  Texts name;
  std::vector<Texts> lines;  ///< a telephone number and whose it is, an address, a time of day
};

struct Contacts {
  std::string site;
  crypto::Date date;  ///< of its signing
  std::vector<Country> countries;
};

/// Reads contacts without regard to who signed them: for the one who signs, and for fuzzing.
std::optional<Contacts> parse_contacts(crypto::ByteView json);

enum class ContactsFault {
  unreadable,  ///< the file, or its .minisig beside it
  signature,   ///< not the root's, or of another kind, site or date
  malformed,   ///< signed, but not contacts
};
/// Completes "The contacts ...", for people.
std::string_view sentence(ContactsFault fault);

[[nodiscard]] tl::expected<Contacts, ContactsFault> verify_contacts(crypto::ByteView json,
                                                                    std::string_view signature_file,
                                                                    const crypto::VerifyKey& root);
/// The same of a file, with its signature beside it.
[[nodiscard]] tl::expected<Contacts, ContactsFault> read_contacts(const std::filesystem::path& json,
                                                                  const crypto::VerifyKey& root);

}  // namespace sandyk::page
