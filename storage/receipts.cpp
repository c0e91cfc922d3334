#include "storage/receipts.h"

#include <algorithm>

#include "storage/folder.h"
#include "storage/layout.h"
#include "storage/signed_file.h"

namespace sandyk::storage {

std::filesystem::path receipt_file(const std::filesystem::path& vault, const crypto::EpochId& epoch,
                                   std::string_view organisation) {
  return vault / layout::receipts / (epoch.hex() + "." + std::string(organisation) + ".json");
}

tl::expected<crypto::ImportReceipt, std::string> verify_receipt(crypto::ByteView json,
                                                                std::string_view signature,
                                                                const crypto::Keyring& keyring) {
  const auto unverified = crypto::parse_import_receipt(json);
  if (!unverified) return tl::unexpected(std::string("it is not an import receipt"));
  const auto& week = keyring.content();
  const auto organisation =
      std::find_if(week.organisations.begin(), week.organisations.end(),
                   [&](const crypto::Organisation& o) { return o.id == unverified->organisation; });
  if (organisation == week.organisations.end())
    return tl::unexpected(std::string("its organisation is not in the keyring of the week"));
  auto receipt = crypto::verify_import_receipt(json, signature, organisation->desk_key, week.site);
  if (!receipt)
    return tl::unexpected(std::string("it is not signed by the organisation's desk key of that week"));
  return std::move(*receipt);
}

std::vector<ReceivedReceipt> receipts_of(const std::filesystem::path& vault, const EpochInfo& epoch,
                                         const Mark& mark, const crypto::Keyring& keyring) {
  std::vector<ReceivedReceipt> received;
  for (const crypto::Organisation& organisation : keyring.content().organisations) {
    const auto file = receipt_file(vault, epoch.id, organisation.id);
    const auto pair =
        is_file(file) ? read_signed(file, layout::max_small_file) : tl::unexpected(std::string());
    if (!pair) continue;
    const auto receipt = verify_receipt(pair->json, crypto::text_of(pair->signature), keyring);
    const bool counts = receipt && receipt->is_complete && receipt->organisation == organisation.id &&
                        receipt->epoch == epoch.id && receipt->database == mark.database &&
                        mark.key == receipt->key;
    if (counts) received.push_back({organisation.id, receipt->date, crypto::sha256(pair->json)});
  }
  return received;
}

std::vector<EpochFacts> read_facts(const std::filesystem::path& vault, const KeyringSet& keyrings) {
  std::vector<EpochFacts> all;
  for (const std::string& name : names_in(vault / layout::epochs)) {
    const auto folder = vault / layout::epochs / name;
    const auto info = read_epoch_info(folder);
    if (!info) continue;
    const auto mark = read_mark(folder);
    EpochFacts facts{info->id, info->week, info->date, mark.has_value(), {}, {}};
    if (const crypto::Keyring* keyring = keyrings.of_week(info->week)) {
      for (const auto& organisation : keyring->content().organisations)
        facts.organisations.push_back(organisation.id);
      if (mark) facts.receipts = receipts_of(vault, *info, *mark, *keyring);
    }
    all.push_back(std::move(facts));
  }
  return all;
}

}  // namespace sandyk::storage
