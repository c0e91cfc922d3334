#include "crypto/open/age/open_fault.h"

#include <cstdlib>

namespace sandyk::crypto::age {

std::string_view sentence(OpenFault fault) {
  switch (fault) {
    case OpenFault::armor:
      return "it is armored as an age file, but its text is malformed or was cut off";
    case OpenFault::header:
      return "it is not an age file, or its header is malformed";
    case OpenFault::no_match:
      return "no key that was offered opens it";
    case OpenFault::mac:
      return "its header was changed";
    case OpenFault::payload:
      return "its content was changed or cut off";
    case OpenFault::source:
      return "it could not be read";
    case OpenFault::sink:
      return "its content could not be passed on";
    case OpenFault::too_costly:
      return "there is not enough memory for its passphrase";
  }
  std::abort();
}

}  // namespace sandyk::crypto::age
