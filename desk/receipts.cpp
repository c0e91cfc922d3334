#include "desk/receipts.h"

#include <fmt/format.h>

#include <algorithm>

#include "storage/epoch_files.h"
#include "storage/folder.h"

namespace sandyk::desk {
namespace {

namespace fs = std::filesystem;
using crypto::ImportReceipt;
using storage::EpochInfo;
using storage::Mark;

constexpr std::size_t max_receipt = 4096;

std::string name_of(crypto::EpochId epoch, const std::string& organisation) {
  return epoch.hex() + "." + organisation + ".json";
}

/// A receipt says what the mark says, so the files must still be what was marked; the error says why not.
tl::expected<Mark, std::string> sound_mark(const OpenedEpoch& epoch) {
  if (epoch.info.state == EpochInfo::State::open)
    return tl::unexpected(std::string("it was still open when it was copied"));
  const auto mark = storage::read_mark(epoch.folder);
  if (!mark || !mark->key) return tl::unexpected(std::string("its mark is damaged"));
  const auto now = storage::hash_epoch(epoch.folder);
  if (!now || now->database != mark->database || now->key != mark->key || now->log != mark->log)
    return tl::unexpected(
        std::string("its files are not those that the server marked: copy the vault again"));
  return *mark;
}

/// Whether the server will take this desk's word for the organisation in that week.
bool speaks_for(const SiteRecord& site, crypto::Week week, const std::string& organisation,
                const crypto::VerifyKey& desk_key) {
  const auto* keyring = site.keyring(week);
  if (keyring == nullptr) return false;
  const auto& all = keyring->content().organisations;
  return std::any_of(all.begin(), all.end(), [&](const crypto::Organisation& o) {
    return o.id == organisation && o.desk_key == desk_key;
  });
}

class Writer {
 public:
  Writer(const ReceiptSettings& settings, const SiteRecord& site, const crypto::SigningKey& desk_key)
      : settings_(settings), site_(site), desk_key_(desk_key), key_(desk_key.verify_key()) {}

  tl::expected<void, Problem> write(const OpenedEpoch& epoch, const std::string& organisation) {
    const std::string what = fmt::format("epoch {} for {}", epoch.info.id.hex(), organisation);
    if (!speaks_for(site_, epoch.info.week, organisation, key_)) {
      summary_.none.push_back(
          {what, fmt::format("no keyring of {} names this desk's key", epoch.info.week.text())});
      return {};
    }
    const auto mark = sound_mark(epoch);
    if (!mark) {
      summary_.none.push_back({what, mark.error()});
      return {};
    }
    const ImportReceipt receipt{site_.site(), organisation,      epoch.info.id,        mark->database,
                                *mark->key,   epoch.is_complete, crypto::Date::today()};
    const auto kept = keep(settings_.home.receipts(), receipt);
    if (!kept) return tl::unexpected(kept.error());
    if (!settings_.copy_to.empty())
      if (auto copied = keep(settings_.copy_to, *kept); !copied) return tl::unexpected(copied.error());
    ++(kept->is_complete ? summary_.complete : summary_.incomplete);
    return {};
  }
  ReceiptSummary summary() && { return std::move(summary_); }

 private:
  /// Leaves a complete receipt of the same files where it is; returns the receipt that is there then.
  tl::expected<ImportReceipt, Problem> keep(const fs::path& folder, const ImportReceipt& receipt) {
    const auto there = read_receipt(folder, receipt.epoch, receipt.organisation, key_, site_.site());
    if (there && there->is_complete &&
        (!receipt.is_complete || (there->database == receipt.database && there->key == receipt.key)))
      return *there;
    const std::string json = crypto::write_import_receipt(receipt);
    const std::string signature = desk_key_.sign(crypto::bytes_of(json), crypto::SignedKind::import_receipt,
                                                 receipt.site, receipt.date.text());
    const auto file = folder / name_of(receipt.epoch, receipt.organisation);
    if (auto done = put_signed(file, json, signature, crypto::NewFile::Replace::yes); !done)
      return tl::unexpected(done.error());
    return receipt;
  }

  const ReceiptSettings& settings_;
  const SiteRecord& site_;
  const crypto::SigningKey& desk_key_;
  const crypto::VerifyKey key_;
  ReceiptSummary summary_;
};

}  // namespace

std::optional<ImportReceipt> read_receipt(const fs::path& folder, crypto::EpochId epoch,
                                          const std::string& organisation, const crypto::VerifyKey& desk_key,
                                          const std::string& site) {
  const auto file = folder / name_of(epoch, organisation);
  const auto json = crypto::read_file(file, max_receipt);
  const auto signature = crypto::read_file(file.string() + ".minisig", crypto::minisign::max_file);
  if (!json || !signature) return std::nullopt;
  auto receipt = crypto::verify_import_receipt(*json, crypto::text_of(*signature), desk_key, site);
  if (!receipt || receipt->epoch != epoch || receipt->organisation != organisation) return std::nullopt;
  return std::move(*receipt);
}

tl::expected<ReceiptSummary, Problem> write_receipts(const ReceiptSettings& settings,
                                                     const std::vector<OpenedEpoch>& epochs,
                                                     const SiteRecord& site,
                                                     const crypto::SigningKey& desk_key) {
  if (auto done = settings.home.make_folder(settings.home.receipts()); !done)
    return tl::unexpected(done.error());
  if (!settings.copy_to.empty())
    if (auto done = settings.home.make_folder(settings.copy_to); !done) return tl::unexpected(done.error());
  Writer writer(settings, site, desk_key);
  const auto organisations =
      settings.organisation.empty() ? settings.home.organisations() : std::vector{settings.organisation};
  for (const OpenedEpoch& epoch : epochs)
    for (const std::string& organisation : organisations) {
      std::error_code fault;
      if (!fs::exists(settings.home.identity(organisation, epoch.info.week), fault)) continue;
      if (auto done = writer.write(epoch, organisation); !done) return tl::unexpected(done.error());
    }
  return std::move(writer).summary();
}

}  // namespace sandyk::desk
