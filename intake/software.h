// What runs here and what it serves, for the audit log: the program's file and its pages, by their hashes.
#pragma once

#include "intake/pages.h"
#include "storage/log_book.h"

namespace sandyk::intake {

/// The program's hash is missing when its file cannot be read.
storage::Software running_software(const ServedPages& pages);

}  // namespace sandyk::intake
