// Why a signed file is refused: the part that every kind of signed file shares.
#pragma once

#include <cstdlib>

#include "crypto/seal/signature.h"

namespace sandyk::crypto {

/// The fault of a file's own kind that stands for a fault of its signature.
template <class Fault>
Fault fault_of(SignatureFault fault) {
  switch (fault) {
    case SignatureFault::malformed:
    case SignatureFault::not_prehashed:
      return Fault::malformed_signature;
    case SignatureFault::other_key:
      return Fault::other_key;
    case SignatureFault::wrong:
    case SignatureFault::wrong_comment:
      return Fault::wrong_signature;
    case SignatureFault::other_kind:
      return Fault::other_kind;
    case SignatureFault::other_site:
      return Fault::other_site;
  }
  std::abort();
}

}  // namespace sandyk::crypto
