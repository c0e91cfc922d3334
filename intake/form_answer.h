// What the page's form is answered with: a page, in the three languages at once, since nothing says which one
// it was.
#pragma once

#include <optional>

#include "crypto/seal/ids.h"
#include "intake/answer.h"

namespace sandyk::intake {

/// The page for an answer in JSON; with the report's id when it was stored.
Answer form_answer(const Answer& answer, const std::optional<crypto::ReportId>& stored = {});

}  // namespace sandyk::intake
