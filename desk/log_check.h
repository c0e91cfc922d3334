// Whether an export's audit log is whole and signed: said loudly when it is not, and never a reason not to
// read reports.
#pragma once

#include <filesystem>
#include <string>

#include "desk/site_record.h"

namespace sandyk::desk {

struct LogCheck {
  bool is_good = false;
  std::string say;  ///< one or two sentences
};

/// Reads the whole log. It holds no key and needs none: call before any passphrase is asked for.
LogCheck check_log(const SiteRecord& site, const std::filesystem::path& vault, crypto::Date today);

}  // namespace sandyk::desk
