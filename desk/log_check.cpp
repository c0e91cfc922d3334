#include "desk/log_check.h"

#include <fmt/format.h>

#include "crypto/seal/signed_note.h"
#include "storage/layout.h"
#include "storage/log_reader.h"

namespace sandyk::desk {

LogCheck check_log(const SiteRecord& site, const std::filesystem::path& vault, crypto::Date today) {
  const auto* policy = site.policy(today);
  const auto key = policy == nullptr ? std::nullopt : crypto::NoteKey::parse(policy->content().log_key);
  if (!key)
    return {
        false,
        "The audit log cannot be checked: no signed policy names its key. Ask the server's operator for it."};
  const auto folder = vault / storage::layout::log;
  const auto log = storage::read_log(storage::fetch_from(folder), crypto::log_origin(site.site()), *key);
  if (!log)
    return {false,
            fmt::format(
                "THE AUDIT LOG DOES NOT VERIFY. {} Keep this medium and tell the auditors; the reports are "
                "read all the same.",
                sentence(log.error()))};
  if (const auto pending = storage::read_pending(folder, log->entries); !pending)
    return {false, fmt::format("THE AUDIT LOG'S UNSIGNED END DOES NOT FIT. {}", sentence(pending.error()))};
  return {true, fmt::format("The audit log verifies: {} entries.", log->entries.size())};
}

}  // namespace sandyk::desk
