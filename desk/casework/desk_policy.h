// How long the desk keeps reports: its own policy, signed with the organisation's key (docs/formats.md, "Desk
// policy").
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/calendar.h"
#include "crypto/seal/signature.h"
#include "desk/home.h"
#include "desk/problem.h"

namespace sandyk::desk {

inline constexpr std::size_t max_desk_policy_size = 64 * 1024;
inline constexpr unsigned max_keep_days_at_desk = 36500;

/// What happens to the reports of one retention class.
struct ClassTerms {
  unsigned days = 0;       ///< after which a report is due
  bool is_review = false;  ///< due to be looked at again, not to be destroyed
  unsigned approvals = 2;  ///< by how many people's decision a due one is destroyed: 1 or 2
  bool operator==(const ClassTerms&) const = default;
};

struct DeskPolicy {
  std::string organisation;  ///< 16 hex digits of its key: what signatures are for
  std::uint64_t serial = 0;
  crypto::Date not_before, review_by;
  std::string owner;                        ///< who answers for it: a role
  std::vector<crypto::VerifyKey> officers;  ///< may approve, besides the organisation's key
  std::map<std::string, ClassTerms> classes;
};

/// What the vocabulary suggests, with two people for all but what was rejected.
std::map<std::string, ClassTerms> suggested_classes();

/// A `sandyk-desk-policy/1` file; nothing when it is not one. Its signature is another matter.
std::optional<DeskPolicy> parse_desk_policy(crypto::ByteView json);
std::string write_desk_policy(const DeskPolicy& policy);

/// Where policies stand in a home, and the organisation's public key.
std::filesystem::path desk_policies(const Home& home);
[[nodiscard]] tl::expected<crypto::VerifyKey, Problem> organisation_key(const Home& home);

/// The one in force on `today`: the highest serial that verifies with the organisation's key and is not
/// ahead. Nothing when there is none.
[[nodiscard]] tl::expected<std::optional<DeskPolicy>, Problem> desk_policy_of(const Home& home,
                                                                              crypto::Date today);

/// Signs a draft as the next serial; returns its file.
[[nodiscard]] tl::expected<std::filesystem::path, Problem> sign_desk_policy(
    const Home& home, const std::filesystem::path& draft, const PassphraseSource& passphrases);

/// The keys that may approve: the officers' and the organisation's.
std::vector<crypto::VerifyKey> approvers_of(const DeskPolicy& policy, const crypto::VerifyKey& organisation);

}  // namespace sandyk::desk
