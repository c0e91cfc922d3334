// The reporter's page in every language, for this site: made once, the same bytes for everyone.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "reporter/page/contacts.h"
#include "reporter/page/page.h"

namespace sandyk::intake {

struct ServedPage {
  std::string_view language;
  std::string_view path;  ///< `/`, `/ky/`, `/en/`
  std::string html;
};

using ServedPages = std::array<ServedPage, 3>;

ServedPages served_pages(const crypto::VerifyKey& root, const page::Contacts* contacts = nullptr);

}  // namespace sandyk::intake
