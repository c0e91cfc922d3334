// Reports that are none: rows of random bytes, committed at random times, so that neither the last write nor
// the number of writes says that a report came.
#pragma once

#include <chrono>

#include "crypto/seal/keyring.h"
#include "storage/sealed_body.h"

namespace sandyk::storage {

/// What a filler looks like while `keyring` is in force: a report of the smallest class.
SealedBody make_filler(const crypto::Keyring& keyring);

/// How long until the next filler: random, exponential with this mean, so that it does not depend on when the
/// last one was.
std::chrono::steady_clock::duration filler_pause(std::chrono::milliseconds mean);

}  // namespace sandyk::storage
