#include "crypto/seal/age/effort.h"

#include "crypto/seal/bulk_choice.h"

namespace sandyk::crypto::age {

Effort Effort::fastest() {
  return {fastest_cipher_library(), processors()};
}

}  // namespace sandyk::crypto::age
