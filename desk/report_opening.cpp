#include "desk/report_opening.h"

#include <algorithm>
#include <thread>

#include "crypto/seal/bulk_choice.h"
#include "desk/epoch_source.h"
#include "desk/kept_thread.h"
#include "report/packing.h"

namespace sandyk::desk {
namespace {

constexpr unsigned most_readers = 4;

/// What is left to do, if anything, for a reader that is gone.
struct Opened {
  tl::expected<ReadReport, NotOpened> read;
  bool is_reader_gone = false;
};

Opened open(ReaderChild& reader, const PassingReport& report) {
  if (report.sealed.size() > most_sealed() || crypto::report_id(report.sealed) != report.stored.id)
    return {tl::unexpected(NotOpened{"its bytes are not those that its name says"})};
  // One thread for each report: there are others beside it.
  const crypto::age::Opening how{crypto::age::Encoding::binary, {crypto::fastest_cipher_library(), 1}};
  const auto packed =
      crypto::age::open_small(report.sealed, report.offered->identities, report::max_packed_size, how);
  if (!packed && packed.error() == crypto::age::OpenFault::no_match)
    return {tl::unexpected(NotOpened{std::string(sentence(report.offered->missing)), true})};
  if (!packed) return {tl::unexpected(NotOpened{std::string(sentence(packed.error()))})};
  auto read = reader.unpack(*packed);
  if (read) return {std::move(*read)};
  return {tl::unexpected(NotOpened{read.error().why}), read.error().is_reader_gone};
}

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

}  // namespace

tl::expected<std::unique_ptr<ReportOpeners>, Problem> ReportOpeners::start(
    const std::filesystem::path& program) {
  std::vector<ReaderChild> readers;
  for (unsigned i = 0; i < std::clamp(std::thread::hardware_concurrency(), 1U, most_readers); ++i) {
    auto reader = ReaderChild::start(program);
    if (!reader) return tl::unexpected(reader.error());
    readers.push_back(std::move(*reader));
  }
  return std::unique_ptr<ReportOpeners>(new ReportOpeners(program, std::move(readers)));
}

ReportOpeners::~ReportOpeners() {
  next_ = reports_.size();  // whoever leaves in the middle wants no more of them
  (void)wait();
}

void ReportOpeners::begin(std::span<PassingReport> reports) {
  reports_ = reports;
  next_ = 0;
  for (ReaderChild& reader : readers_)
    running_.push_back(std::async(std::launch::async, [this, &reader] { return work(reader); }));
}

tl::expected<void, Problem> ReportOpeners::wait() {
  tl::expected<void, Problem> all;
  for (auto& one : running_)
    if (auto done = one.get(); !done) all = done;
  running_.clear();
  return all;
}

tl::expected<void, Problem> ReportOpeners::work(ReaderChild& reader) {
  for (std::size_t at = next_++; at < reports_.size(); at = next_++) {
    auto opened = open(reader, reports_[at]);
    reports_[at].read = std::move(opened.read);
    if (reports_[at].read) reports_[at].thread = checked_thread(*reports_[at].read);
    if (!opened.is_reader_gone) continue;
    auto another = ReaderChild::start(program_);
    if (!another) return tl::unexpected(another.error());
    reader = std::move(*another);
  }
  return {};
}

}  // namespace sandyk::desk
