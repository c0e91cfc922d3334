// The consent of two people that a week's keys are destroyed although some epochs were not imported: it says
// exactly which.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "crypto/seal/key_statement.h"
#include "desk/approving.h"
#include "desk/problem.h"

namespace sandyk::desk {

struct ConsentFile {
  std::string site, organisation;
  crypto::Week week;
  crypto::UnreadConsent consent;

  Approvable approvable() const {
    return {crypto::unread_text(site, organisation, week, consent.epochs), site, week.text()};
  }
};

/// A `sandyk-destroy-unread/1` file; nothing when it is not one. Its approvals are not verified.
std::optional<ConsentFile> parse_consent_file(crypto::ByteView json);
std::string write_consent_file(const ConsentFile& file);

[[nodiscard]] tl::expected<ConsentFile, Problem> read_consent_file(const std::filesystem::path& file);

}  // namespace sandyk::desk
