#include "storage/epoch_writer.h"

#include <algorithm>
#include <utility>

#include "crypto/seal/size_class.h"
#include "storage/filler.h"

namespace sandyk::storage {
namespace {

constexpr std::uint64_t max_log = 4 * crypto::mib;  // what SQLite itself would do (1000 pages)
constexpr std::chrono::minutes when_full{1};        // between attempts to empty the log of a full disk

PutFault put_fault(DbFault fault) {
  return fault == DbFault::full ? PutFault::disk_full : PutFault::failed;
}

}  // namespace

tl::expected<void, VaultFault> EpochWriter::begin() {
  const auto keyrings = keyrings_();
  const crypto::Keyring* const keyring = keyrings->in_force(today_);
  if (keyring == nullptr) return {};
  const EpochTerms terms{settings_.cache_kib, settings_.padding, settings_.reserve};
  auto next = Epoch::begin(settings_.folder / layout::epochs, *keyring, today_, terms);
  if (!next) return tl::unexpected(next.error());
  epoch_.emplace(std::move(*next));
  empty_log_at_ = Clock::now();  // beginning it has left something there already
  filler_at_ = settings_.filler_mean.count() == 0 ? Clock::time_point::max()
                                                  : Clock::now() + filler_pause(settings_.filler_mean);
  events_.opened(epoch_->folder());
  return {};
}

tl::expected<std::optional<Epoch>, VaultFault> EpochWriter::turn(crypto::Date today) {
  today_ = today;
  auto old = let_go();
  if (auto begun = begin(); !begun) {  // stay in the old one rather than take nothing
    if (old) epoch_.emplace(std::move(*old));
    return tl::unexpected(begun.error());
  }
  return old;
}

/// The log and, later, the database each grow by the report, its pages' overhead included.
bool EpochWriter::may_hold(std::uint64_t bytes) const {
  return has_room(settings_.folder, 2 * (bytes + bytes / 8), settings_.reserve);
}

void EpochWriter::store(std::span<Put* const> puts) {
  if (!epoch_) {
    const auto begun = begin();
    if (!begun || !epoch_) {
      const PutFault fault = begun                                    ? PutFault::no_epoch
                             : begun.error() == VaultFault::disk_full ? PutFault::disk_full
                                                                      : PutFault::failed;
      for (Put* put : puts) put->outcome = tl::unexpected(fault);
      return;
    }
  }
  std::vector<Put*> fitting;
  std::uint64_t bytes = 0;
  for (Put* put : puts) {
    if (may_hold(bytes + put->entry.body->size())) {
      bytes += put->entry.body->size();
      fitting.push_back(put);
    } else {
      put->outcome = tl::unexpected(PutFault::disk_full);
    }
  }
  store_together(std::move(fitting));
}

void EpochWriter::store_together(std::vector<Put*> puts) {
  while (!puts.empty()) {
    std::vector<Entry> entries;
    for (const Put* put : puts) entries.push_back(put->entry);
    const auto done = epoch_->store(entries);
    if (!done && done.error().unreadable) {  // this one's body is at fault: again without it
      const auto bad = puts.begin() + static_cast<std::ptrdiff_t>(*done.error().unreadable);
      (*bad)->outcome = tl::unexpected(PutFault::failed);
      puts.erase(bad);
      continue;
    }
    if (done) {
      for (Put* put : puts) put->outcome.emplace();
      return note_log();
    }
    for (Put* put : puts) put->outcome = tl::unexpected(put_fault(done.error().fault));
    // After a failed sync the system may have dropped the pages and say yes next time: never ask it twice.
    if (done.error().fault != DbFault::full) abandon();
    return;
  }
}

/// The oldest commit in the log says when it is to be emptied, however many follow.
void EpochWriter::note_log() {
  empty_log_at_ = std::min(empty_log_at_, Clock::now() + settings_.log_age);
}

GroupCommit::Clock::time_point EpochWriter::tidy() {
  if (!epoch_) return Clock::time_point::max();
  tl::expected<void, DbFault> done;
  if (Clock::now() >= filler_at_) done = commit_filler();
  if (done && (Clock::now() >= empty_log_at_ || epoch_->bytes_in_log() >= max_log)) done = empty_log();
  if (!done) {
    abandon();
    return Clock::time_point::max();
  }
  return std::min(empty_log_at_, filler_at_);
}

/// A filler that has no room, or no week to be of, is left out.
tl::expected<void, DbFault> EpochWriter::commit_filler() {
  filler_at_ = Clock::now() + filler_pause(settings_.filler_mean);
  const auto keyrings = keyrings_();
  const crypto::Keyring* const keyring = keyrings->in_force(today_);
  if (keyring == nullptr) return {};
  const auto body = make_filler(*keyring);
  if (!may_hold(body.size())) return {};
  std::array<std::uint8_t, crypto::ReportId::size> id;
  randombytes_buf(id.data(), id.size());
  const Entry entry{crypto::ReportId(id), keyring->content().week, &body, layout::kind_filler};
  const auto done = epoch_->store(std::span(&entry, 1));
  if (!done)
    return done.error().fault == DbFault::full ? tl::expected<void, DbFault>()
                                               : tl::unexpected(done.error().fault);
  empty_log_at_ = Clock::now();  // so that the last write, and an empty log, say nothing
  return {};
}

tl::expected<void, DbFault> EpochWriter::empty_log() {
  empty_log_at_ = Clock::time_point::max();
  const auto done = epoch_->checkpoint();
  if (done || done.error() != DbFault::full) return done;
  empty_log_at_ = Clock::now() + when_full;
  return {};
}

void EpochWriter::abandon() {
  auto epoch = let_go();
  events_.abandoned(Epoch::abandon(std::move(*epoch)));
}

}  // namespace sandyk::storage
