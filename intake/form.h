// The form of the page without script: multipart/form-data with an already sealed file, its week, and perhaps
// a pasted solution of the puzzle. Nothing of the file's name is kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/seal/bytes.h"
#include "crypto/seal/calendar.h"

namespace sandyk::intake {

/// The boundary that a Content-Type of multipart/form-data names; nothing for any other type, or an unusual
/// one.
std::optional<std::string> form_boundary(std::string_view content_type);

struct Form {
  crypto::Week week;
  std::string puzzle;     ///< without the white space that pasting brings; empty: none
  crypto::ByteView file;  ///< within the body
};

/// Fields `year` and `week` (or `week` alone as 2026-W48), `puzzle`, and `file`, each at most once and the
/// file last, as a browser sends them. Total: nothing for any other bytes.
std::optional<Form> parse_form(crypto::ByteView body, std::string_view boundary);

}  // namespace sandyk::intake
