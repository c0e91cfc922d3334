// A hold on its way from the first to the second who approves it, and to whoever holds the root key.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "crypto/seal/hold.h"
#include "desk/approving.h"
#include "desk/problem.h"

namespace sandyk::desk {

struct HoldFile {
  std::string site;
  crypto::Hold hold;

  Approvable approvable() const { return {crypto::hold_text(site, hold), site, hold.until.text()}; }
};

/// A `sandyk-hold/1` file; nothing when it is not one. Its approvals are not verified.
std::optional<HoldFile> parse_hold_file(crypto::ByteView json);
std::string write_hold_file(const HoldFile& file);

[[nodiscard]] tl::expected<HoldFile, Problem> read_hold_file(const std::filesystem::path& file);

/// Sorts the epochs and looks whether the hold makes sense on `today`; gives it a random id when it has none.
[[nodiscard]] tl::expected<void, Problem> settle_hold(crypto::Hold& hold, crypto::Date today);

}  // namespace sandyk::desk
