#include "storage/keyring_set.h"

#include "storage/signed_file.h"

namespace sandyk::storage {

std::optional<crypto::Week> week_of_name(const std::string& name) {
  constexpr std::string_view ending = ".json";
  if (name.size() <= ending.size() || !std::string_view(name).ends_with(ending)) return std::nullopt;
  return crypto::Week::parse(std::string_view(name).substr(0, name.size() - ending.size()));
}

tl::expected<crypto::Keyring, std::string> read_keyring(const std::filesystem::path& json,
                                                        const crypto::VerifyKey& root) {
  const auto pair = read_signed(json, crypto::max_keyring_size);
  if (!pair) return tl::unexpected(pair.error());
  auto keyring = crypto::Keyring::verify(pair->json, crypto::text_of(pair->signature), root);
  if (!keyring) return tl::unexpected(std::string(crypto::sentence(keyring.error())));
  if (keyring->content().week != week_of_name(json.filename().string()))
    return tl::unexpected(std::string("it is for another week than its name says"));
  return std::move(*keyring);
}

KeyringSet KeyringSet::read(const std::filesystem::path& folder, const crypto::VerifyKey& root) {
  KeyringSet set;
  std::error_code fault;
  for (const auto& entry : std::filesystem::directory_iterator(folder, fault)) {
    const std::string name = entry.path().filename().string();
    const auto week = week_of_name(name);
    if (!week) continue;
    if (auto keyring = read_keyring(entry.path(), root)) {
      set.by_week_.emplace(*week, std::move(*keyring));
    } else {
      set.rejected_.push_back({name, keyring.error()});
    }
  }
  return set;
}

const crypto::Keyring* KeyringSet::in_force(crypto::Date day) const {
  const auto* keyring = of_week(crypto::Week(day));
  return keyring != nullptr && keyring->is_in_force(day) ? keyring : nullptr;
}

const crypto::Keyring* KeyringSet::of_week(crypto::Week week) const {
  const auto found = by_week_.find(week);
  return found == by_week_.end() ? nullptr : &found->second;
}

std::optional<crypto::Week> KeyringSet::last_week() const {
  if (by_week_.empty()) return std::nullopt;
  return by_week_.rbegin()->first;
}

}  // namespace sandyk::storage
