#include "desk/importing.h"

#include <fmt/format.h>

#include <cstdlib>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <system_error>

#include "desk/epoch_source.h"
#include "desk/reader_child.h"
#include "desk/report_opening.h"

namespace sandyk::desk {
namespace {

namespace fs = std::filesystem;
using crypto::ReportId;
using storage::CipherPages;
using storage::EpochInfo;
using storage::EpochReader;
using storage::PagesFault;
using storage::StoredReport;

// So many pass together; four such lots are in memory: one is fetched, one waits, one is opened, one stored.
constexpr std::size_t lot_reports = 256, lot_bytes = 8U * 1024 * 1024;

std::string_view sentence_of(PagesFault fault) {
  switch (fault) {
    case PagesFault::no_database:
      return sentence(storage::ReadFault::no_database);
    case PagesFault::wrong_key:
      return sentence(storage::ReadFault::wrong_key);
    case PagesFault::failed:
      return "its files cannot be read";
  }
  std::abort();
}

class Import {
 public:
  Import(const ImportSettings& settings, Identities& identities, CaseFile& file, ReaderChild lister,
         std::unique_ptr<ReportOpeners> openers,
         const std::function<void(std::size_t, std::size_t)>& progress)
      : settings_(settings),
        identities_(identities),
        file_(file),
        lister_(std::move(lister)),
        progress_(progress),
        openers_(std::move(openers)) {}

  tl::expected<ImportSummary, Problem> run() {
    for (const fs::path& folder : epoch_folders(settings_.vault))
      if (auto done = take_epoch(folder); !done) return tl::unexpected(done.error());
    return std::move(summary_);
  }

 private:
  void pass_over(std::string what, std::string why) {
    is_complete_ = false;
    summary_.passed_over.push_back({std::move(what), std::move(why)});
  }
  void damaged(DayCounts& day, std::string what, std::string why, std::size_t count = 1) {
    day.damaged += count;
    pass_over(std::move(what), std::move(why));
  }
  void needs_key(DayCounts& day, crypto::Week week, std::string what, std::string_view why) {
    ++day.needs_key[week];
    pass_over(std::move(what), fmt::format("{}: {}", week.text(), why));
  }

  tl::expected<void, Problem> take_epoch(const fs::path& folder) {
    const auto info = storage::read_epoch_info(folder);
    if (!info) {
      pass_over("an epoch", "its epoch.json is missing or malformed");
      return {};
    }
    const std::string name = "epoch " + info->id.hex();
    DayCounts& day = summary_.days[info->date];
    const auto& offered = identities_.of_week(info->week);
    if (offered.identities.empty()) {
      needs_key(day, info->week, name, sentence(offered.missing));
      return {};
    }
    const auto key = read_epoch_key(folder, offered.identities);
    if (!key) {
      if (key.error().is_for_want_of_a_key) ++day.needs_key[info->week];
      pass_over(name, key.error().why);
      return {};
    }
    const auto pages = CipherPages::open(folder, *key);
    if (!pages) {
      damaged(day, name, std::string(sentence_of(pages.error())));
      return {};
    }
    is_complete_ = true;
    auto done = take_reports(*pages, name, *info, day);
    // What was fetched last is still to be opened, then to be stored.
    for (int stage = 0; done && stage < 2; ++stage) done = pass_on(*info, day);
    kept_.clear();
    summary_.opened_epochs.push_back({folder, *info, is_complete_});
    return done;
  }

  /// A lot on its way out of the listing. Fetching it touches the lister and nothing else, so the case file
  /// takes what came before meanwhile.
  struct Fetched {
    std::vector<std::pair<StoredReport, crypto::WipedBytes>> reports;
    std::vector<std::pair<StoredReport, std::string>> failed;
    std::size_t next = 0;  ///< in `places`: where to go on
    bool is_lister_gone = false;
  };
  using Places = std::vector<std::uint32_t>;

  static Fetched fetch(ReaderChild& lister, const EpochReader::Listing& listing, const Places& places,
                       std::size_t from) {
    Fetched lot;
    std::size_t bytes = 0;
    for (lot.next = from; lot.next < places.size() && !lot.is_lister_gone; ++lot.next) {
      if (lot.next - from >= lot_reports || bytes >= lot_bytes) break;
      const std::uint32_t place = places[lot.next];
      auto sealed = lister.sealed(place);
      if (sealed) {
        bytes += sealed->size();
        lot.reports.emplace_back(listing.reports[place], std::move(*sealed));
        continue;
      }
      lot.is_lister_gone = sealed.error().is_reader_gone;
      lot.failed.emplace_back(listing.reports[place], std::move(sealed.error().why));
    }
    return lot;
  }

  tl::expected<void, Problem> take_reports(const CipherPages& pages, const std::string& name,
                                           const EpochInfo& info, DayCounts& day) {
    const auto listing = lister_.begin(pages);
    if (!listing) {
      damaged(day, name, listing.error().why);
      return listing.error().is_reader_gone ? another_lister() : tl::expected<void, Problem>();
    }
    day.filler += listing->filler;
    if (listing->damaged > 0)
      damaged(day, name, fmt::format("{} of its rows are damaged", listing->damaged), listing->damaged);
    if (info.state == EpochInfo::State::open)
      pass_over(name, "it was still open when it was copied: what came later is not in this copy");
    known_ += listing->reports.size();
    const auto places = new_places(*listing, day);
    if (!places) return tl::unexpected(places.error());

    const auto fetching = [&](std::size_t from) {
      return std::async(std::launch::async, [&, from] { return fetch(lister_, *listing, *places, from); });
    };
    auto running = fetching(0);
    while (true) {
      Fetched lot = running.get();
      if (lot.is_lister_gone && lot.next < places->size()) {
        if (auto done = another_lister(); !done) return done;
        if (!lister_.begin(pages)) {
          damaged(day, name, "the reader stopped and does not read it again", places->size() - lot.next);
          lot.next = places->size();
        }
      }
      const bool is_last = lot.next >= places->size();
      if (!is_last) running = fetching(lot.next);
      if (auto done = take_lot(std::move(lot), info, day); !done) return done;
      if (is_last) return {};
    }
  }

  /// Where the listing names reports that are not in the case file.
  tl::expected<Places, Problem> new_places(const EpochReader::Listing& listing, DayCounts& day) {
    Places places;
    for (std::uint32_t place = 0; place < listing.reports.size(); ++place) {
      const auto is_known = file_.has(listing.reports[place].id);
      if (!is_known) return tl::unexpected(is_known.error());
      if (*is_known)
        ++day.duplicate;
      else
        places.push_back(place);
    }
    done_ += listing.reports.size() - places.size();
    progress_(done_, known_);
    return places;
  }

  tl::expected<void, Problem> another_lister() {
    auto fresh = ReaderChild::start(settings_.reader);
    if (!fresh) return tl::unexpected(fresh.error());
    lister_ = std::move(*fresh);
    return {};
  }

  tl::expected<void, Problem> take_lot(Fetched lot, const EpochInfo& info, DayCounts& day) {
    for (auto& [stored, why] : lot.failed) damaged(day, name_of(stored), std::move(why));
    done_ += lot.failed.size();
    for (auto& [stored, sealed] : lot.reports)
      fetched_.push_back({stored, &identities_.of_week(stored.week), std::move(sealed)});
    return pass_on(info, day);
  }

  /// One step on for every lot: what was fetched is opened, and meanwhile what was opened is stored.
  tl::expected<void, Problem> pass_on(const EpochInfo& info, DayCounts& day) {
    if (auto done = openers_->wait(); !done) return done;
    std::vector<PassingReport> opened = std::move(opening_);
    opening_ = std::exchange(fetched_, {});
    openers_->begin(opening_);
    return store(opened, info, day);
  }

  tl::expected<void, Problem> store(const std::vector<PassingReport>& opened, const EpochInfo& info,
                                    DayCounts& day) {
    std::vector<NewReport> lot;
    for (const PassingReport& report : opened) {
      if (!report.read) {
        not_opened(day, report);
      } else if (!kept_.insert(report.stored.id).second) {
        ++day.duplicate;
      } else {
        lot.push_back(new_report(report, info, day));
        if (report.read->glance.kind == "followup") summary_.followups.push_back(report.stored.id);
      }
    }
    if (!lot.empty())
      if (auto done = file_.add(lot, settings_.today); !done) return done;
    done_ += opened.size();
    if (!opened.empty()) progress_(done_, known_);
    return {};
  }

  void not_opened(DayCounts& day, const PassingReport& report) {
    const NotOpened& fault = report.read.error();
    if (fault.is_for_want_of_a_key)
      needs_key(day, report.stored.week, name_of(report.stored), fault.why);
    else
      damaged(day, name_of(report.stored), fault.why);
  }

  static NewReport new_report(const PassingReport& report, const EpochInfo& info, DayCounts& day) {
    const ReadReport& read = *report.read;
    const bool is_cover = read.glance.kind == "cover";
    ++(is_cover ? day.cover : day.fresh);
    NewReport fresh{report.stored.id, report.stored.week, info.id, info.date, is_cover, {}, {}};
    if (is_cover) return fresh;
    fresh.glance = read.glance;
    for (const auto& member : read.members) fresh.content.push_back({member.name, member.bytes});
    fresh.content.push_back({"sealed", report.sealed});
    if (!report.thread.empty()) fresh.content.push_back({"thread", report.thread});
    return fresh;
  }

  static std::string name_of(const StoredReport& stored) { return "report " + stored.id.hex(); }

  const ImportSettings& settings_;
  Identities& identities_;
  CaseFile& file_;
  ReaderChild lister_;
  const std::function<void(std::size_t, std::size_t)>& progress_;
  ImportSummary summary_;
  std::vector<PassingReport> fetched_, opening_;
  std::set<ReportId> kept_;  // of the epoch at hand: one that a hostile server lists twice
  bool is_complete_ = true;
  std::size_t done_ = 0, known_ = 0;
  std::unique_ptr<ReportOpeners> openers_;  // last: it lets go of the lot that it opens before that goes
};

}  // namespace

crypto::ExitCode ImportSummary::exit_code() const {
  if (passed_over.empty()) return crypto::exit_done;
  std::size_t read = 0, wanting = 0;
  for (const auto& [day, counts] : days) {
    read += counts.fresh + counts.duplicate + counts.cover;
    wanting += counts.needs_key.size();
  }
  return read == 0 && wanting > 0 ? crypto::exit_no_key : crypto::exit_partly_done;
}

tl::expected<ImportSummary, Problem> import_vault(
    const ImportSettings& settings, Identities& identities, CaseFile& file,
    const std::function<void(std::size_t, std::size_t)>& progress) {
  std::error_code fault;
  if (!fs::is_directory(settings.vault / "epochs", fault))
    return problem(fmt::format("{} is not a vault: it has no folder epochs.", settings.vault.string()),
                   crypto::exit_usage);
  auto lister = ReaderChild::start(settings.reader);
  if (!lister) return tl::unexpected(lister.error());
  auto openers = ReportOpeners::start(settings.reader);
  if (!openers) return tl::unexpected(openers.error());
  return Import(settings, identities, file, std::move(*lister), std::move(*openers), progress).run();
}

}  // namespace sandyk::desk
