// Opening one sealed report that came as a file, by hand or by mail, and never went through a server.
#pragma once

#include <functional>
#include <optional>
#include <tl/expected.hpp>

#include "crypto/seal/calendar.h"
#include "desk/vault_opening.h"

namespace sandyk::desk {

/// Opens the file settings.vault, binary or armored, with the identities of `week`; without one, of the week
/// that its name says (report-<week>-….age). Its id is that of the binary file, so a report that also came by
/// a vault is recognised. What cannot be opened is in the summary, as with a vault.
[[nodiscard]] tl::expected<OpeningSummary, Problem> open_sealed_file(
    const OpeningSettings& settings, std::optional<crypto::Week> week, Identities& identities,
    const std::function<void(const Delivered&)>& deliver);

}  // namespace sandyk::desk
