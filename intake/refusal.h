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
  only_post,
  only_of_upload,  ///< the methods of one upload
  needs_https,     ///< plain HTTP on the TLS port
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
  no_report_named,   ///< Sandyk-Report is missing or malformed
  upload_headers,    ///< those of the draft are missing, or do not belong there
  upload_length,     ///< a part ends elsewhere than its headers say
  upload_small,      ///< goes by PUT
  part_too_large,
  part_type,
  cross_site,  ///< a form of another site's page
  form,        ///< not one, or not whole
  form_too_large,
  busy,       ///< memory, queue, large bodies or uploads
  come_back,  ///< too large for the weather
  too_slow,   ///< the deadline passed
  disk_full,
  storage_failed,
  internal,
};

Answer refuse(Refusal why);
Answer refuse(HeadFault why);
Answer refuse(ShapeFault why);
/// For a wrong length: names the sealed lengths of the week's keyring, and how to reach one.
Answer refuse_length(const crypto::KeyringContent& week);
/// For a part that begins behind what is here: says where it should.
Answer refuse_offset(std::uint64_t offset);

}  // namespace sandyk::intake
