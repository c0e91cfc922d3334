#include "storage/policy_set.h"

#include <charconv>

#include "storage/folder.h"
#include "storage/signed_file.h"

namespace sandyk::storage {
namespace {

constexpr std::string_view ending = ".json";

/// The serial that `<serial>.json` names; nothing for any other name.
std::optional<std::uint64_t> serial_of_name(std::string_view name) {
  if (!name.ends_with(ending)) return std::nullopt;
  name.remove_suffix(ending.size());
  return policy_serial(name);
}

}  // namespace

std::optional<std::uint64_t> policy_serial(std::string_view text) {
  std::uint64_t serial = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), serial);
  if (fault != std::errc() || end != text.data() + text.size() || std::to_string(serial) != text)
    return std::nullopt;
  return serial;
}

tl::expected<crypto::Policy, std::string> read_policy(const std::filesystem::path& json,
                                                      const crypto::VerifyKey& root) {
  const auto pair = read_signed(json, crypto::max_policy_size);
  if (!pair) return tl::unexpected(pair.error());
  auto policy = crypto::Policy::verify(pair->json, crypto::text_of(pair->signature), root);
  if (!policy) return tl::unexpected(std::string(crypto::sentence(policy.error())));
  return std::move(*policy);
}

PolicySet PolicySet::read(const std::filesystem::path& folder, const crypto::VerifyKey& root) {
  PolicySet set;
  for (const std::string& name : names_in(folder)) {
    const auto serial = serial_of_name(name);
    if (!serial) continue;
    auto policy = read_policy(folder / name, root);
    if (policy && policy->content().serial != *serial)
      policy = tl::unexpected(std::string("it has another serial than its name says"));
    if (policy)
      set.by_serial_.emplace(*serial, std::move(*policy));
    else
      set.rejected_.push_back({name, policy.error()});
  }
  return set;
}

const crypto::Policy* PolicySet::in_force(crypto::Date day) const {
  for (auto at = by_serial_.rbegin(); at != by_serial_.rend(); ++at)
    if (at->second.content().not_before <= day) return &at->second;
  return nullptr;
}

const crypto::Policy* PolicySet::latest() const {
  return by_serial_.empty() ? nullptr : &by_serial_.rbegin()->second;
}

const crypto::Policy* PolicySet::of_serial(std::uint64_t serial) const {
  const auto found = by_serial_.find(serial);
  return found == by_serial_.end() ? nullptr : &found->second;
}

}  // namespace sandyk::storage
