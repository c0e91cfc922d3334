#include "desk/vault_opening.h"

#include <fmt/format.h>

#include <optional>
#include <set>
#include <system_error>

#include "desk/delivery.h"
#include "desk/epoch_source.h"

namespace sandyk::desk {
namespace {

namespace fs = std::filesystem;
using crypto::EpochKey;
using crypto::exit_usage;
using storage::EpochReader;
using storage::StoredReport;

class Opening {
 public:
  Opening(const OpeningSettings& settings, Identities& identities,
          const std::function<void(const Delivered&)>& deliver,
          const std::function<void(std::size_t, std::size_t)>& progress)
      : settings_(settings), identities_(identities), deliver_(deliver), progress_(progress) {}

  tl::expected<OpeningSummary, Problem> run() {
    const auto folders = epoch_folders(settings_.vault);
    for (const fs::path& folder : folders) {
      if (auto done = open_epoch(folder); !done) return tl::unexpected(done.error());
    }
    return std::move(summary_);
  }

 private:
  void pass_over(std::string what, std::string why, bool for_want_of_a_key = false) {
    is_complete_ = false;
    summary_.passed_over.push_back({std::move(what), std::move(why)});
    summary_.is_for_want_of_a_key = summary_.is_for_want_of_a_key || for_want_of_a_key;
  }

  /// The epoch's database key, from whichever of its two sealed copies opens.
  std::optional<EpochKey> open_epoch_key(const fs::path& folder, const std::string& name, crypto::Week week) {
    const auto& offered = identities_.of_week(week);
    if (offered.identities.empty()) {
      pass_over(name, fmt::format("{}: {}", week.text(), sentence(offered.missing)), true);
      return std::nullopt;
    }
    auto key = read_epoch_key(folder, offered.identities);
    if (key) return std::move(*key);
    pass_over(name, key.error().why, key.error().is_for_want_of_a_key);
    return std::nullopt;
  }

  tl::expected<void, Problem> open_epoch(const fs::path& folder) {
    const auto info = storage::read_epoch_info(folder);
    if (!info) {
      pass_over("an epoch", "its epoch.json is missing or malformed");
      return {};
    }
    const std::string name = "epoch " + info->id.hex();
    const auto key = open_epoch_key(folder, name, info->week);
    if (!key) return {};
    is_complete_ = true;
    auto done = take_reports(folder, name, *info, *key);
    summary_.opened_epochs.push_back({folder, *info, is_complete_});
    return done;
  }

  tl::expected<void, Problem> take_reports(const fs::path& folder, const std::string& name,
                                           const storage::EpochInfo& info, const EpochKey& key) {
    auto reader = EpochReader::open(folder, key, settings_.out);
    if (!reader) {
      pass_over(name, std::string(sentence(reader.error())));
      return {};
    }
    const auto listing = reader->list();
    if (!listing) {
      pass_over(name, std::string(sentence(listing.error())));
      return {};
    }
    ++summary_.epochs;
    if (listing->damaged > 0) pass_over(name, fmt::format("{} of its rows are damaged", listing->damaged));
    if (info.state == storage::EpochInfo::State::open)
      pass_over(name, "it was still open when it was copied: what came later is not in this copy");
    known_ += listing->reports.size();
    for (const StoredReport& stored : listing->reports) {
      if (auto done = take(*reader, stored); !done) return done;
      progress_(++done_, known_);
    }
    return {};
  }

  tl::expected<void, Problem> take(EpochReader& reader, const StoredReport& stored) {
    // What did not open in another epoch, such as a damaged row, is tried again here.
    if (!seen_.insert(stored.id).second && not_opened_.erase(stored.id) == 0) {
      ++summary_.duplicates;
      return {};
    }
    std::error_code fault;
    const fs::path folder = folder_of(settings_.out, stored.id);
    if (fs::exists(folder, fault)) {
      ++summary_.present;
      return {};
    }
    const std::string name = "report " + stored.id.hex();
    const auto sealed = read_sealed(reader, stored);
    if (!sealed) {
      not_opened_.insert(stored.id);
      pass_over(name, sealed.error());
      return {};
    }
    const auto& offered = identities_.of_week(stored.week);
    const auto report = open_report(*sealed, offered.identities);
    if (!report) {
      const auto& e = report.error();
      not_opened_.insert(stored.id);
      pass_over(name,
                e.is_for_want_of_a_key ? fmt::format("{}: {}", stored.week.text(), sentence(offered.missing))
                                       : e.why,
                e.is_for_want_of_a_key);
      return {};
    }
    if (report->is_cover()) {
      ++summary_.cover;
      return {};
    }
    const auto original = settings_.keep_sealed ? crypto::ByteView(*sealed) : crypto::ByteView();
    if (auto done = put_report(settings_.out, stored.id, *report, original); !done) return done;
    ++summary_.opened;
    if (!report->remarks.empty()) ++summary_.remarked;
    deliver_({stored.id, stored.week, *report, folder});
    return {};
  }

  tl::expected<crypto::Bytes, std::string> read_sealed(EpochReader& reader, const StoredReport& stored) {
    if (stored.size > most_sealed()) return tl::unexpected(std::string("it is larger than a report can be"));
    crypto::Bytes sealed;
    sealed.reserve(stored.size);
    const auto done = reader.read(stored, [&](crypto::ByteView part) {
      sealed.insert(sealed.end(), part.begin(), part.end());
      return sealed.size() <= stored.size;
    });
    if (!done) return tl::unexpected(std::string(sentence(done.error())));
    return sealed;
  }

  const OpeningSettings& settings_;
  Identities& identities_;
  const std::function<void(const Delivered&)>& deliver_;
  const std::function<void(std::size_t, std::size_t)>& progress_;
  OpeningSummary summary_;
  std::set<crypto::ReportId> seen_, not_opened_;
  bool is_complete_ = true;  // nothing of the epoch at hand was passed over
  std::size_t done_ = 0, known_ = 0;
};

}  // namespace

crypto::ExitCode OpeningSummary::exit_code() const {
  if (passed_over.empty()) return crypto::exit_done;
  const bool nothing = opened + present + cover == 0;
  return nothing && is_for_want_of_a_key ? crypto::exit_no_key : crypto::exit_partly_done;
}

tl::expected<OpeningSummary, Problem> open_vault(
    const OpeningSettings& settings, Identities& identities,
    const std::function<void(const Delivered&)>& deliver,
    const std::function<void(std::size_t, std::size_t)>& progress) {
  std::error_code fault;
  if (!fs::is_directory(settings.vault / "epochs", fault))
    return problem(fmt::format("{} is not a vault: it has no folder epochs.", settings.vault.string()),
                   exit_usage);
  if (auto ready = prepare_out(settings.out); !ready) return tl::unexpected(ready.error());
  return Opening(settings, identities, deliver, progress).run();
}

}  // namespace sandyk::desk
