// Whom an auditor trusts about a log: its keys, its witnesses, and how many of these must have cosigned
// (C2SP, tlog-policy).
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "crypto/seal/signed_note.h"

namespace sandyk::crypto {

// The specification asks for 32 of each at least.
inline constexpr std::size_t max_policy_logs = 64;
inline constexpr std::size_t max_policy_witnesses = 64;
inline constexpr std::size_t max_policy_groups = 64;
inline constexpr std::size_t max_policy_file = 128 * 1024;

enum class PolicyLineFault {
  too_large,
  character,   ///< a control character other than tab and LF
  no_newline,  ///< the last line has no LF
  keyword,     ///< the line begins with a word that is none of the format's
  words,       ///< too few or too many words
  key,         ///< no vkey, or one of a type that is not known for this use
  twice,       ///< a name that is taken, a key that is there, a member that is in a group already
  unknown,     ///< a name that no line above defines
  threshold,   ///< not `all`, `any`, or a number from 1 to that of the members
  too_many,
  no_quorum,
};
/// Completes "Line N: ...", for people.
std::string_view sentence(PolicyLineFault fault);

struct PolicyLineError {
  PolicyLineFault fault;
  std::size_t line;  ///< from 1; for no_quorum the last
};

class TrustPolicy {
 public:
  struct Log {
    NoteKey key;
    std::string url;  ///< may be empty
  };
  struct Witness {
    std::string name;  ///< in this file
    NoteKey key;
    std::string url;
  };
  using Names = std::set<std::string, std::less<>>;
  using Times = std::map<std::string, std::uint64_t, std::less<>>;

  /// Total and strict. Cosignatures must be Ed25519 (type 0x04): other types are `key` faults.
  [[nodiscard]] static tl::expected<TrustPolicy, PolicyLineError> parse(std::string_view file);

  const std::vector<Log>& logs() const { return logs_; }
  const std::vector<Witness>& witnesses() const { return witnesses_; }

  /// The witnesses that cosigned the note, by their names here, and when they say they did. One signature by
  /// a known witness that does not fit is a fault of the whole.
  [[nodiscard]] tl::expected<Times, NoteFault> cosigners(const SignedNote& note) const;
  /// Whether these witnesses, by their names here, are a quorum. Other names count for nothing.
  bool is_satisfied(const Names& cosigned) const;
  bool is_satisfied(const Times& cosigned) const;

 private:
  friend class PolicyReader;
  struct Group {
    std::size_t threshold;
    std::vector<std::size_t> members;  ///< of `nodes_`, each before this one
  };
  using Node = std::variant<std::size_t, Group>;  ///< a witness, by its place; or a group
  TrustPolicy() = default;

  std::vector<Log> logs_;
  std::vector<Witness> witnesses_;
  std::vector<Node> nodes_;
  std::optional<std::size_t> quorum_;  ///< of `nodes_`; none: nobody need have cosigned
};

}  // namespace sandyk::crypto
