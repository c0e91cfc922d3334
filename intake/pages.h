// The reporter's page in every language, for this site: made once, the same bytes for everyone.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "reporter/page/page.h"

namespace sandyk::intake {

struct ServedPage {
  std::string_view language;
  std::string_view path;  ///< `/`, `/ky/`, `/en/`
  std::string html;
};

using ServedPages = std::array<ServedPage, 3>;

inline ServedPages served_pages(const crypto::VerifyKey& root) {
  return {{{"ru", "/", page::make("ru", root)},
           {"ky", "/ky/", page::make("ky", root)},
           {"en", "/en/", page::make("en", root)}}};
}

}  // namespace sandyk::intake
