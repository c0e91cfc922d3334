#include "crypto/seal/trust_policy.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace sandyk::crypto {
namespace {

using Fault = PolicyLineFault;
using Words = std::vector<std::string_view>;

constexpr std::string_view none = "none";  // the name that nobody may take
constexpr std::string_view white = " \t";

Words words_of(std::string_view line) {
  Words words;
  while (true) {
    const auto begin = line.find_first_not_of(white);
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    const auto end = std::min(line.find_first_of(white), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

bool is_allowed(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
}

std::optional<std::size_t> parse_threshold(std::string_view word, std::size_t members) {
  if (word == "all") return members;
  if (word == "any") return 1;
  std::size_t k = 0;
  const auto [end, fault] = std::from_chars(word.data(), word.data() + word.size(), k);
  if (fault != std::errc() || end != word.data() + word.size() || word.starts_with('0') || k > members)
    return std::nullopt;
  return k;
}

}  // namespace

/// Takes a policy in line by line; each answers with what is wrong with it.
class PolicyReader {
 public:
  std::optional<Fault> take(const Words& words) {
    const auto keyword = words.front();
    if (keyword == "log") return take_log(words);
    if (keyword == "witness") return take_witness(words);
    if (keyword == "group") return take_group(words);
    if (keyword == "quorum") return take_quorum(words);
    return Fault::keyword;
  }
  bool has_quorum() const { return has_quorum_; }
  TrustPolicy finish() { return std::move(policy_); }

 private:
  std::optional<Fault> take_log(const Words& words) {
    if (words.size() < 2 || words.size() > 3) return Fault::words;
    if (policy_.logs_.size() == max_policy_logs) return Fault::too_many;
    auto key = NoteKey::parse(words[1]);
    if (!key || key->type() != NoteKeyType::ed25519) return Fault::key;
    for (const auto& log : policy_.logs_)
      if (log.key.key() == key->key()) return Fault::twice;
    policy_.logs_.push_back({std::move(*key), std::string(words.size() == 3 ? words[2] : "")});
    return std::nullopt;
  }

  std::optional<Fault> take_witness(const Words& words) {
    if (words.size() < 3 || words.size() > 4) return Fault::words;
    if (policy_.witnesses_.size() == max_policy_witnesses) return Fault::too_many;
    auto key = NoteKey::parse(words[2]);
    if (!key || key->type() != NoteKeyType::cosignature) return Fault::key;
    for (const auto& witness : policy_.witnesses_)
      if (witness.key.key() == key->key()) return Fault::twice;
    if (!define(words[1], policy_.witnesses_.size())) return Fault::twice;
    policy_.witnesses_.push_back(
        {std::string(words[1]), std::move(*key), std::string(words.size() == 4 ? words[3] : "")});
    return std::nullopt;
  }

  std::optional<Fault> take_group(const Words& words) {
    if (words.size() < 4) return Fault::words;
    if (++groups_ > max_policy_groups) return Fault::too_many;
    const auto threshold = parse_threshold(words[2], words.size() - 3);
    if (!threshold) return Fault::threshold;
    TrustPolicy::Group group{*threshold, {}};
    for (std::size_t i = 3; i < words.size(); ++i) {
      const auto member = nodes_.find(words[i]);
      if (member == nodes_.end()) return Fault::unknown;
      if (!members_.insert(member->second).second) return Fault::twice;
      group.members.push_back(member->second);
    }
    if (!define(words[1], std::move(group))) return Fault::twice;
    return std::nullopt;
  }

  std::optional<Fault> take_quorum(const Words& words) {
    if (words.size() != 2) return Fault::words;
    if (has_quorum_) return Fault::twice;
    has_quorum_ = true;
    if (words[1] == none) return std::nullopt;
    const auto node = nodes_.find(words[1]);
    if (node == nodes_.end()) return Fault::unknown;
    policy_.quorum_ = node->second;
    return std::nullopt;
  }

  /// False when the name is taken.
  bool define(std::string_view name, TrustPolicy::Node node) {
    if (name == none || !nodes_.emplace(name, policy_.nodes_.size()).second) return false;
    policy_.nodes_.push_back(std::move(node));
    return true;
  }

  TrustPolicy policy_;
  std::map<std::string, std::size_t, std::less<>> nodes_;
  std::set<std::size_t> members_;
  std::size_t groups_ = 0;
  bool has_quorum_ = false;
};

tl::expected<TrustPolicy, PolicyLineError> TrustPolicy::parse(std::string_view file) {
  std::size_t number = 1;
  const auto fail = [&](Fault fault) { return tl::unexpected(PolicyLineError{fault, number}); };
  if (file.size() > max_policy_file) return fail(Fault::too_large);
  PolicyReader reader;
  for (Reader lines(bytes_of(file)); !lines.done(); ++number) {
    const auto line = lines.take_line();
    if (!line) return fail(Fault::no_newline);
    if (!std::all_of(line->begin(), line->end(), is_allowed)) return fail(Fault::character);
    const Words words = words_of(*line);
    if (words.empty() || words.front().starts_with('#')) continue;
    if (const auto fault = reader.take(words)) return fail(*fault);
  }
  if (!reader.has_quorum()) return fail(Fault::no_quorum);
  return reader.finish();
}

tl::expected<TrustPolicy::Times, NoteFault> TrustPolicy::cosigners(const SignedNote& note) const {
  Times times;
  for (const Witness& witness : witnesses_) {
    const auto time = note.verify_cosignature(witness.key);
    if (time)
      times.emplace(witness.name, *time);
    else if (time.error() != NoteFault::not_signed)
      return tl::unexpected(time.error());
  }
  return times;
}

bool TrustPolicy::is_satisfied(const Names& cosigned) const {
  if (!quorum_) return true;
  std::vector<bool> holds;  // of each node; members stand before their group
  for (const Node& node : nodes_) {
    if (const auto* witness = std::get_if<std::size_t>(&node)) {
      holds.push_back(cosigned.count(witnesses_[*witness].name) != 0);
      continue;
    }
    const Group& group = std::get<Group>(node);
    const auto count = std::count_if(group.members.begin(), group.members.end(),
                                     [&](std::size_t member) { return holds[member]; });
    holds.push_back(static_cast<std::size_t>(count) >= group.threshold);
  }
  return holds[*quorum_];
}

bool TrustPolicy::is_satisfied(const Times& cosigned) const {
  Names names;
  for (const auto& entry : cosigned) names.insert(entry.first);
  return is_satisfied(names);
}

std::string_view sentence(PolicyLineFault fault) {
  switch (fault) {
    case Fault::too_large:
      return "the file is larger than such a file may be";
    case Fault::character:
      return "there is a control character in it";
    case Fault::no_newline:
      return "its end is missing";
    case Fault::keyword:
      return "a line begins with log, witness, group, quorum, or #";
    case Fault::words:
      return "it has too few words, or too many";
    case Fault::key:
      return "there is no key of a known type in it: Ed25519 for a log, Ed25519 cosignatures for a witness";
    case Fault::twice:
      return "what it defines or uses is there already";
    case Fault::unknown:
      return "it names what no line above it defines";
    case Fault::threshold:
      return "a group needs `all`, `any`, or a number from 1 to that of its members";
    case Fault::too_many:
      return "there are more of these than one file may have";
    case Fault::no_quorum:
      return "a line `quorum` is missing";
  }
  std::abort();
}

}  // namespace sandyk::crypto
