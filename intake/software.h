// What runs here and what it serves, for the audit log: the program's file and its pages, by their hashes.
#pragma once

#include "crypto/seal/signature.h"
#include "storage/log_book.h"

namespace sandyk::intake {

/// With the pages for the site of `root`. The program's hash is missing when its file cannot be read.
storage::Software running_software(const crypto::VerifyKey& root);

}  // namespace sandyk::intake
