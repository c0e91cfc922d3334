#include "intake/pages.h"

namespace sandyk::intake {

ServedPages served_pages(const crypto::VerifyKey& root, const page::Contacts* contacts) {
  return {{{"ru", "/", page::make("ru", root, contacts)},
           {"ky", "/ky/", page::make("ky", root, contacts)},
           {"en", "/en/", page::make("en", root, contacts)}}};
}

}  // namespace sandyk::intake
