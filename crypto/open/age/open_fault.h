// Why a file does not open.
#pragma once

#include <string_view>

namespace sandyk::crypto::age {

/// The order of the first five is that of reading; the format's own test vectors tell just these apart.
enum class OpenFault {
  armor,       ///< said to be text, and not the text of an age file
  header,      ///< not an age file, or a malformed one
  no_match,    ///< well-formed, but no stanza opens with what was offered
  mac,         ///< a stanza opened, but the header was changed
  payload,     ///< the header is good; a chunk is bad, missing or too many
  source,      ///< reading failed
  sink,        ///< the sink said no
  too_costly,  ///< scrypt asks for more memory than there is
};

/// One sentence for people, without its subject.
std::string_view sentence(OpenFault fault);

}  // namespace sandyk::crypto::age
