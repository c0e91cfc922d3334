#include "storage/log.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "storage/folder.h"
#include "storage/log_pending.h"
#include "storage/log_reader.h"
#include "storage/log_tidy.h"

namespace sandyk::storage {
namespace {

using crypto::IoFault;

tl::unexpected<IoFault> last_fault() {
  return tl::unexpected(crypto::io_fault(errno));
}

/// Makes the folders between `root` and a file below it.
tl::expected<void, IoFault> make_folders(const std::filesystem::path& root,
                                         const std::filesystem::path& below) {
  auto folder = root;
  for (const auto& part : below.parent_path()) {
    folder /= part;
    if (is_folder(folder)) continue;
    if (auto done = crypto::make_directory(folder); !done) return done;
  }
  return {};
}

crypto::Bytes bundle_of(std::span<const std::string> entries) {
  crypto::Bytes bytes;
  for (const std::string& entry : entries) append_to_bundle(bytes, entry);
  return bytes;
}

}  // namespace

void AuditLog::freeze(std::string why) {
  state_ = State::frozen;
  why_ = std::move(why);
}

void AuditLog::fail(std::string why) {
  state_ = State::failed;
  why_ = std::move(why);
}

AuditLog::Opened AuditLog::open(std::filesystem::path folder, std::optional<crypto::LogKey> key,
                                crypto::Date today) {
  Opened opened{AuditLog(std::move(folder), std::move(key)), {}};
  AuditLog& log = opened.log;
  if (!log.key_) {
    log.state_ = State::off;
    log.why_ = "There is no log key: what happens to the vault is not logged.";
    return opened;
  }
  std::vector<std::string> published;
  auto done = log.read(published);
  // Written anew, so that what was read is durable, even if a sync had failed before.
  if (done && log.state_ == State::on) done = log.write_pending(log.pending_, today);
  if (!done) log.fail("The log could not be written: " + std::string(crypto::sentence(done.error())) + ".");
  for (const auto* part : {&published, &log.pending_}) {
    for (const std::string& text : *part) {
      auto entry = LogEntry::parse(text);
      if (!entry && log.state_ == State::on)
        log.freeze("There is an entry in the log that this program cannot read.");
      if (log.state_ == State::on) opened.entries.push_back(std::move(*entry));
    }
  }
  if (log.state_ != State::on) opened.entries.clear();
  return opened;
}

/// True when nothing was ever published here. A first publishing that a crash cut off has begun with a
/// pending file; where tiles are and none is, somebody took the checkpoint away.
bool AuditLog::is_new() const {
  return !is_file(folder_ / checkpoint_path) &&
         (is_file(folder_ / pending_name(0)) || !is_folder(folder_ / "tile"));
}

/// Verifies what is there. A fault is one of writing; what does not verify freezes.
tl::expected<void, IoFault> AuditLog::read(std::vector<std::string>& published) {
  if (!is_folder(folder_))
    if (auto made = crypto::make_directory(folder_); !made) return made;
  const bool is_first = is_new();
  if (!is_first) {
    auto log = read_log(fetch_from(folder_), key_->name(), key_->key());
    if (!log) return freeze(sentence(log.error())), tl::expected<void, IoFault>();
    published = std::move(log->entries);
    tiles_ = std::move(log->tiles);
  }
  const auto files = read_pending_files(folder_);
  if (!files) return freeze("The log's pending entries cannot be read."), tl::expected<void, IoFault>();
  if (is_first && files->empty()) return {};
  auto pending = pending_after(*files, published);
  if (!pending)
    return freeze("The log's pending entries are missing or do not go on from its checkpoint."),
           tl::expected<void, IoFault>();
  pending_ = std::move(*pending);
  return {};
}

/// The pending file of the checkpoint, with these entries and no others, in the place of whatever was there.
/// It is written whole each time: a day brings few entries, and no crash can leave a part of one.
tl::expected<void, IoFault> AuditLog::write_pending(const std::vector<std::string>& entries,
                                                    crypto::Date day) const {
  const auto bytes = bundle_of(entries);
  if (bytes.size() > max_pending_size) return tl::unexpected(IoFault::too_large);
  const std::string current = pending_name(tiles_.size());
  if (auto done = crypto::write_file(folder_ / current, bytes); !done) return done;
  set_day(folder_ / current, day);
  bool has_removed = false;
  for (const std::string& name : names_in(folder_)) {
    if (name == current || !parse_pending_name(name)) continue;
    if (::unlink((folder_ / name).c_str()) != 0) return last_fault();
    has_removed = true;
  }
  if (has_removed)
    if (auto done = crypto::sync_directory(folder_); !done) return done;
  set_day(folder_, day);
  return {};
}

tl::expected<void, IoFault> AuditLog::usable() const {
  if (state_ == State::on) return {};
  return tl::unexpected(state_ == State::failed ? IoFault::failed : IoFault::read_only);
}

tl::expected<void, IoFault> AuditLog::append(std::span<const LogEntry> entries) {
  if (auto good = usable(); !good) return good;
  if (entries.empty()) return {};
  std::vector<std::string> all = pending_;
  for (const LogEntry& entry : entries) all.push_back(entry.text());
  if (auto done = write_pending(all, entries.back().date()); !done) return done;
  pending_ = std::move(all);
  return {};
}

tl::expected<void, IoFault> AuditLog::write_tiles(std::span<const Tile> tiles) const {
  for (const bool is_bundle : {true, false}) {
    for (const Tile& tile : tiles) {
      if (tile.path.level.has_value() == is_bundle) continue;
      const std::filesystem::path path = tile.path.text();
      if (auto made = make_folders(folder_, path); !made) return made;
      if (auto done = crypto::write_file(folder_ / path, tile.bytes); !done) return done;
    }
  }
  return {};
}

tl::expected<void, IoFault> AuditLog::publish(crypto::Date day) {
  if (auto good = usable(); !good) return good;
  Tiles next = tiles_;
  std::vector<Tile> tiles;
  for (const std::string& entry : pending_) next.add(entry, tiles);
  if (!pending_.empty()) {
    for (Tile& tile : next.partial()) tiles.push_back(std::move(tile));
    if (auto done = write_tiles(tiles); !done) return done;
  }
  const std::string note = key_->sign({key_->name(), next.size(), next.root()});
  if (auto done = crypto::write_file(folder_ / checkpoint_path, crypto::bytes_of(note)); !done) return done;

  tiles_ = std::move(next);
  pending_.clear();
  if (auto done = write_pending(pending_, day); !done) return done;
  tidy_log(folder_, day);
  return {};
}

std::optional<crypto::Date> AuditLog::published_on() const {
  struct stat status {};
  if (!key_ || ::stat((folder_ / checkpoint_path).c_str(), &status) != 0) return std::nullopt;
  return crypto::Date(
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::from_time_t(status.st_mtim.tv_sec)));
}

}  // namespace sandyk::storage
