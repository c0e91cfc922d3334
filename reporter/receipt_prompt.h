// Asking for the receipt code: on the terminal, unseen, or as a line of standard input; never an argument,
// which every process of the machine can read.
#pragma once

#include "crypto/open/receipt.h"
#include "reporter/failure.h"

namespace sandyk::reporter {

/// The code that is typed. On a terminal a mistyped one is asked for again, three times in all.
[[nodiscard]] tl::expected<crypto::ReceiptCode, Failure> ask_receipt_code();

}  // namespace sandyk::reporter
