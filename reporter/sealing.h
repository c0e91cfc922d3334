// From a report to the sealed file that travels: pack, pad, seal to the week's organisations.
#pragma once

#include <string>
#include <vector>

#include "crypto/open/receipt.h"
#include "crypto/seal/calendar.h"
#include "crypto/seal/ids.h"
#include "crypto/seal/keyring.h"
#include "report/thread.h"
#include "reporter/failure.h"
#include "reporter/report_files.h"

namespace sandyk::reporter {

/// A sealed report: safe in anybody's hands.
struct Sealed {
  crypto::Bytes bytes;
  crypto::ReportId id;
  crypto::Week week;

  static Sealed from(crypto::Bytes bytes, crypto::Week week);
};

struct SealedReport {
  Sealed sealed;
  crypto::ReceiptCode receipt;
};

/// Seals `report` as the first of a new thread, with a new receipt code. With `only` not empty, just these
/// organisations (their ids) can open it; stanzas of the others go to throw-away keys, so that count and
/// order tell nothing. Failures: larger than the site takes, or an unknown organisation.
[[nodiscard]] tl::expected<SealedReport, Failure> seal_report(const Report& report,
                                                              const crypto::Keyring& keyring,
                                                              const crypto::VerifyKey& root,
                                                              const std::vector<std::string>& only);

/// What a report is in its thread.
struct InThread {
  report::ThreadKind kind;
  std::vector<crypto::ReadProof> read;  ///< answers that were read
};

/// Seals `report` into the thread of these keys; a follow-up or withdrawal is signed with them.
[[nodiscard]] tl::expected<Sealed, Failure> seal_in_thread(const Report& report,
                                                           const crypto::Keyring& keyring,
                                                           const crypto::ThreadKeys& keys, InThread how,
                                                           const std::vector<std::string>& only);

/// `16 KiB`, `2 MiB`.
std::string size_text(std::uint64_t bytes);

}  // namespace sandyk::reporter
