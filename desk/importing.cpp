#include "desk/importing.h"

#include <fmt/format.h>

#include <cstdlib>
#include <list>
#include <optional>
#include <set>
#include <system_error>

#include "desk/epoch_source.h"
#include "desk/kept_thread.h"
#include "desk/reader_child.h"
#include "report/packing.h"

namespace sandyk::desk {
namespace {

namespace fs = std::filesystem;
using crypto::ReportId;
using storage::CipherPages;
using storage::EpochInfo;
using storage::EpochReader;
using storage::PagesFault;
using storage::StoredReport;

constexpr std::size_t batch_reports = 512, batch_bytes = 16U * 1024 * 1024;

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

/// A report with the bytes that it is made of, until a batch of them goes into the case file.
struct Waiting {
  crypto::WipedBytes sealed;
  ReadReport read;
  crypto::WipedBytes thread;  ///< as it is kept; empty when there is none
};

/// Whether a report is signed is the desk's own finding, over the bytes that it keeps.
crypto::WipedBytes checked_thread(const ReadReport& read) {
  if (!read.thread) return {};
  crypto::Digest document({});
  std::vector<crypto::Digest> files;
  for (const auto& member : read.members)
    if (member.name == "report.json")
      document = crypto::sha256(member.bytes);
    else if (member.name != "thread.json")
      files.push_back(crypto::sha256(member.bytes));
  return write_kept_thread(*read.thread, report::has_good_signature(*read.thread, document, files));
}

class Import {
 public:
  Import(const ImportSettings& settings, Identities& identities, CaseFile& file, ReaderChild reader,
         const std::function<void(std::size_t, std::size_t)>& progress)
      : settings_(settings),
        identities_(identities),
        file_(file),
        reader_(std::move(reader)),
        progress_(progress) {}

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
    if (done) done = flush();
    summary_.opened_epochs.push_back({folder, *info, is_complete_});
    return done;
  }

  tl::expected<void, Problem> take_reports(const CipherPages& pages, const std::string& name,
                                           const EpochInfo& info, DayCounts& day) {
    const auto listing = reader_.begin(pages);
    if (!listing) {
      damaged(day, name, listing.error().why);
      return listing.error().is_reader_gone ? another_reader() : tl::expected<void, Problem>();
    }
    day.filler += listing->filler;
    if (listing->damaged > 0)
      damaged(day, name, fmt::format("{} of its rows are damaged", listing->damaged), listing->damaged);
    if (info.state == EpochInfo::State::open)
      pass_over(name, "it was still open when it was copied: what came later is not in this copy");
    known_ += listing->reports.size();
    for (std::uint32_t place = 0; place < listing->reports.size(); ++place) {
      is_reader_gone_ = false;
      if (auto done = take(listing->reports[place], place, info, day); !done) return done;
      progress_(++done_, known_);
      if (!is_reader_gone_) continue;
      if (auto done = another_reader(); !done) return done;
      if (!reader_.begin(pages)) {
        damaged(day, name, "the reader stopped and does not read it again",
                listing->reports.size() - place - 1);
        return another_reader();
      }
    }
    return {};
  }

  tl::expected<void, Problem> another_reader() {
    auto fresh = ReaderChild::start(settings_.reader);
    if (!fresh) return tl::unexpected(fresh.error());
    reader_ = std::move(*fresh);
    return {};
  }

  tl::expected<void, Problem> take(const StoredReport& stored, std::uint32_t place, const EpochInfo& info,
                                   DayCounts& day) {
    const auto is_known = file_.has(stored.id);
    if (!is_known) return tl::unexpected(is_known.error());
    if (*is_known || pending_.contains(stored.id)) {
      ++day.duplicate;
      return {};
    }
    const std::string name = "report " + stored.id.hex();
    auto sealed = reader_.sealed(place);
    if (!sealed) return not_read(day, name, sealed.error());
    if (sealed->size() > most_sealed() || crypto::report_id(*sealed) != stored.id) {
      damaged(day, name, "its bytes are not those that its name says");
      return {};
    }
    const auto& offered = identities_.of_week(stored.week);
    const auto packed = crypto::age::open_small(*sealed, offered.identities, report::max_packed_size);
    if (!packed) {
      if (packed.error() == crypto::age::OpenFault::no_match)
        needs_key(day, stored.week, name, sentence(offered.missing));
      else
        damaged(day, name, std::string(sentence(packed.error())));
      return {};
    }
    auto read = reader_.unpack(*packed);
    if (!read) return not_read(day, name, read.error());
    auto thread = checked_thread(*read);
    return keep(stored, info, day, {std::move(*sealed), std::move(*read), std::move(thread)});
  }

  tl::expected<void, Problem> not_read(DayCounts& day, const std::string& name, const NotRead& fault) {
    is_reader_gone_ = fault.is_reader_gone;
    damaged(day, name, fault.why);
    return {};
  }

  /// Puts a report into the batch, and the batch into the case file when it is large enough.
  tl::expected<void, Problem> keep(const StoredReport& stored, const EpochInfo& info, DayCounts& day,
                                   Waiting waiting) {
    const bool is_cover = waiting.read.glance.kind == "cover";
    ++(is_cover ? day.cover : day.fresh);
    NewReport report{stored.id, stored.week, info.id, info.date, is_cover, {}, {}};
    if (!is_cover) {
      waiting_bytes_ += 2 * waiting.sealed.size();
      report.glance = std::move(waiting.read.glance);
      const Waiting& there = waiting_.emplace_back(std::move(waiting));
      for (const auto& member : there.read.members) report.content.push_back({member.name, member.bytes});
      report.content.push_back({"sealed", there.sealed});
      if (!there.thread.empty()) report.content.push_back({"thread", there.thread});
      if (report.glance.kind == "followup") summary_.followups.push_back(stored.id);
    }
    pending_.insert(stored.id);
    batch_.push_back(std::move(report));
    return batch_.size() >= batch_reports || waiting_bytes_ >= batch_bytes ? flush()
                                                                           : tl::expected<void, Problem>();
  }

  tl::expected<void, Problem> flush() {
    auto done = batch_.empty() ? tl::expected<void, Problem>() : file_.add(batch_, settings_.today);
    batch_.clear();
    waiting_.clear();
    pending_.clear();
    waiting_bytes_ = 0;
    return done;
  }

  const ImportSettings& settings_;
  Identities& identities_;
  CaseFile& file_;
  ReaderChild reader_;
  const std::function<void(std::size_t, std::size_t)>& progress_;
  ImportSummary summary_;
  std::vector<NewReport> batch_;
  std::list<Waiting> waiting_;  // what the batch points to: in a list nothing moves
  std::set<ReportId> pending_;
  std::size_t waiting_bytes_ = 0;
  bool is_complete_ = true, is_reader_gone_ = false;
  std::size_t done_ = 0, known_ = 0;
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
  auto reader = ReaderChild::start(settings.reader);
  if (!reader) return tl::unexpected(reader.error());
  return Import(settings, identities, file, std::move(*reader), progress).run();
}

}  // namespace sandyk::desk
