// Whether sealed bytes look like a report of a given week. The header is parsed and nothing else: the intake
// cannot open one (docs/formats.md, "Sealed length").
#pragma once

#include <tl/expected.hpp>

#include "crypto/seal/file.h"
#include "crypto/seal/ids.h"
#include "storage/sealed_body.h"

namespace sandyk::intake {

enum class ShapeFault {
  armored,       ///< age's text form
  not_age,       ///< does not begin as an age v1 file
  header,        ///< the header is malformed
  stanza_count,  ///< not as many stanzas as the week has organisations
  stanza_kind,   ///< a stanza that is not mlkem768x25519
  stanza,        ///< a hybrid stanza of another form
  length,        ///< not the sealed length of any class
  unreadable,    ///< the spool file could not be read
};

/// Checks the start of `body` and its length against the form for `stanzas` recipients.
[[nodiscard]] tl::expected<void, ShapeFault> check_shape(const storage::SealedBody& body,
                                                         std::size_t stanzas);

/// The same over bytes: `head` is the start of the file, at least as long as its header should be or the
/// whole file.
[[nodiscard]] tl::expected<void, ShapeFault> check_shape(crypto::ByteView head, std::uint64_t length,
                                                         std::size_t stanzas);

/// SHA-256 of the body, read in pieces.
[[nodiscard]] tl::expected<crypto::ReportId, crypto::IoFault> digest_of(const storage::SealedBody& body);

}  // namespace sandyk::intake
