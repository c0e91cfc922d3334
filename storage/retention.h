// When an epoch goes, and why: the retention rule, as a function of what is known. Reads and deletes nothing.
// (docs/formats.md, "Retention")
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/seal/policy.h"
#include "storage/epoch_reader.h"

namespace sandyk::storage {

/// A complete import receipt that was verified.
struct ReceivedReceipt {
  std::string organisation;
  crypto::Date date;
  crypto::Digest file;  ///< SHA-256 of the receipt's JSON
};

/// What is known of one epoch when its day is reckoned.
struct EpochFacts {
  crypto::EpochId id;
  crypto::Week week;
  crypto::Date begun;
  bool is_finished;                        ///< closed or unclean
  std::vector<std::string> organisations;  ///< of the week's keyring; none when that is missing
  std::vector<ReceivedReceipt> receipts;   ///< complete ones, one for an organisation
};

enum class GoesFor {
  imported,  ///< every organisation of the week has imported it whole
  unread,    ///< its last day by policy has come
};
std::string_view word_of(GoesFor reason);

struct Departure {
  EpochFacts facts;
  crypto::Date goes;  ///< it is deleted at the first turn on this day or later
  GoesFor reason;
  std::optional<crypto::Date> held_until;  ///< a hold keeps it to the end of this day
  std::vector<std::string> lacking;        ///< organisations without a complete receipt

  bool is_due(crypto::Date today) const {
    return facts.is_finished && goes <= today && !(held_until && today <= *held_until);
  }
};

/// The rule: never before begun + min_days, at the latest on begun + keep_days; with complete receipts of all
/// organisations, `after_import_days` after the last of them.
Departure departure_of(EpochFacts facts, const crypto::PolicyContent& policy);

/// Of all epochs, the one that goes first coming first.
std::vector<Departure> plan_departures(std::vector<EpochFacts> epochs, const crypto::PolicyContent& policy);

/// How far ahead it is said that an epoch will go unread.
inline constexpr std::chrono::days announced_ahead{30};

/// One sentence for each epoch that goes unread within 30 days, with whose receipt it lacks; those of one day
/// together.
std::vector<std::string> announcements(std::span<const Departure> plan, crypto::Date today);

/// Bytes of reports that one day may bring, so that every day of a full retention has as much: the free room
/// without the reserve, shared among `keep_days` and a week (docs/design.md, section 6).
std::uint64_t day_budget(std::uint64_t free, std::uint64_t reserve, unsigned keep_days);

}  // namespace sandyk::storage
