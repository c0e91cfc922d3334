#include "reporter/page/contacts.h"

#include <algorithm>
#include <cstdlib>

#include "crypto/seal/file.h"
#include "crypto/seal/json_members.h"
#include "reporter/page/page.h"

namespace sandyk::page {
namespace {

constexpr std::string_view format = "sandyk-contacts/1";
constexpr std::size_t max_text = 200;
constexpr std::size_t max_countries = 20;
constexpr std::size_t max_lines = 10;
constexpr std::size_t max_signature = 4096;

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; });
}

std::optional<Texts> read_texts(const crypto::Json& object) {
  if (!object.is_object()) return std::nullopt;
  Texts texts;
  for (const std::string_view language : languages) {
    auto text = crypto::text_member(object, language);
    if (!text || text->empty() || text->size() > max_text || has_control(*text)) return std::nullopt;
    texts.emplace(language, std::move(*text));
  }
  return texts;
}

const crypto::Json* list_member(const crypto::Json& object, std::string_view name, std::size_t most) {
  const auto found = object.find(name);
  return found != object.end() && found->is_array() && !found->empty() && found->size() <= most ? &*found
                                                                                                : nullptr;
}

std::optional<Country> read_country(const crypto::Json& object) {
  if (!object.is_object() || !object.contains("country")) return std::nullopt;
  auto name = read_texts(*object.find("country"));
  const crypto::Json* lines = list_member(object, "lines", max_lines);
  if (!name || !lines) return std::nullopt;
  Country country{std::move(*name), {}};
  for (const crypto::Json& line : *lines) {
    auto texts = read_texts(line);
    if (!texts) return std::nullopt;
    country.lines.push_back(std::move(*texts));
  }
  return country;
}

}  // namespace

std::optional<Contacts> parse_contacts(crypto::ByteView json) {
  const auto object = crypto::parse_format(json, max_contacts_size, format);
  if (!object) return std::nullopt;
  auto site = crypto::site_member(*object, "site");
  const auto date = crypto::date_member(*object, "date");
  const crypto::Json* countries = list_member(*object, "countries", max_countries);
  if (!site || !date || !countries) return std::nullopt;
  Contacts contacts{std::move(*site), *date, {}};
  for (const crypto::Json& entry : *countries) {
    auto country = read_country(entry);
    if (!country) return std::nullopt;
    contacts.countries.push_back(std::move(*country));
  }
  return contacts;
}

std::string_view sentence(ContactsFault fault) {
  switch (fault) {
    case ContactsFault::unreadable:
      return "cannot be read, or their signature (.minisig beside them) cannot";
    case ContactsFault::signature:
      return "are not signed by the root key as those of this site and of the date in them";
    case ContactsFault::malformed:
      return "are not written as docs/formats.md says, with every text in every language";
  }
  std::abort();
}

tl::expected<Contacts, ContactsFault> verify_contacts(crypto::ByteView json, std::string_view signature_file,
                                                      const crypto::VerifyKey& root) {
  const auto mark = crypto::verify(root, json, signature_file, crypto::SignedKind::statement, root.site());
  if (!mark) return tl::unexpected(ContactsFault::signature);
  auto contacts = parse_contacts(json);
  if (!contacts) return tl::unexpected(ContactsFault::malformed);
  if (contacts->site != root.site() || contacts->date.text() != *mark)
    return tl::unexpected(ContactsFault::signature);
  return std::move(*contacts);
}

tl::expected<Contacts, ContactsFault> read_contacts(const std::filesystem::path& json,
                                                    const crypto::VerifyKey& root) {
  const auto bytes = crypto::read_file(json, max_contacts_size);
  const auto signature = crypto::read_file(json.string() + ".minisig", max_signature);
  if (!bytes || !signature) return tl::unexpected(ContactsFault::unreadable);
  return verify_contacts(*bytes, crypto::text_of(*signature), root);
}

}  // namespace sandyk::page
