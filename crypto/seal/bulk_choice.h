// Which library is the fastest on this processor.
#pragma once

#include "crypto/seal/bulk_cipher.h"

namespace sandyk::crypto {

/// Found out once, by sealing a chunk a few times with each: a third of a millisecond.
CipherLibrary fastest_cipher_library();

}  // namespace sandyk::crypto
