// A sealed report kept on the device until it has arrived: only when `--state FILE` asks for it. The receipt
// code is never in it.
#pragma once

#include <filesystem>

#include "reporter/failure.h"
#include "reporter/sealing.h"

namespace sandyk::reporter {

/// The largest sealed file that any site takes.
std::size_t max_sealed_size();

/// Writes one line with the week, then the sealed bytes. Nothing that is there is replaced.
[[nodiscard]] Outcome keep(const std::filesystem::path& file, const Sealed& sealed);

/// What an interrupted run kept.
[[nodiscard]] tl::expected<Sealed, Failure> read_kept(const std::filesystem::path& file);

/// A sealed file under its usual name; `week` stands in for a name that does not say it, and may be empty.
[[nodiscard]] tl::expected<Sealed, Failure> read_sealed(const std::filesystem::path& file,
                                                        const std::string& week);

}  // namespace sandyk::reporter
