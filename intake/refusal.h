// Every way in which a request is refused, each with its status and one sentence. No sentence holds any
// input.
#pragma once

#include "crypto/seal/keyring.h"
#include "intake/answer.h"
#include "intake/request_head.h"
#include "intake/shape.h"

namespace sandyk::intake {

enum class Refusal {
  not_found,
  only_get,  ///< the path is there, for GET
  only_put,
  needs_https,  ///< plain HTTP on the TLS port
  body_with_get,
  no_length,
  too_large,
  wrong_type,
  no_week_named,  ///< Sandyk-Week is missing or malformed
  unknown_week,
  week_over,
  week_not_begun,
  no_week_in_force,
  wrong_length,  ///< say it with refuse_length
  wrong_digest,
  puzzle,            ///< work is asked for, and none that counts was shown
  puzzle_malformed,  ///< Sandyk-Puzzle is none
  puzzle_wrong,      ///< it proves less than it says
  busy,              ///< memory, queue or large bodies
  come_back,         ///< too large for the weather
  too_slow,          ///< the deadline passed
  disk_full,
  storage_failed,
  internal,
};

Answer refuse(Refusal why);
Answer refuse(HeadFault why);
Answer refuse(ShapeFault why);
/// For a wrong length: names the sealed lengths of the week's keyring, and how to reach one.
Answer refuse_length(const crypto::KeyringContent& week);

}  // namespace sandyk::intake
