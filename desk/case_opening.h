// What commands on the case file share: its passphrase, and which report is meant.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <tl/expected.hpp>

#include "desk/case_file.h"
#include "desk/command_options.h"

namespace sandyk::desk {

struct CaseCommon : Common {
  PassphraseSource case_passphrase;
};

void add_case_common(CLI::App* command, CaseCommon& common);

/// Asks for the case file's passphrase and opens it.
[[nodiscard]] tl::expected<CaseFile, Problem> open_case(const std::string& home,
                                                        const PassphraseSource& source);
[[nodiscard]] tl::expected<CaseFile, Problem> open_case(const CaseCommon& common);

/// The report with this id, or the only one whose id begins so.
[[nodiscard]] tl::expected<std::int64_t, Problem> find_report(CaseFile& file, const std::string& id);

}  // namespace sandyk::desk
