#include "storage/export.h"

#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <thread>

#include "crypto/seal/policy.h"
#include "storage/epoch_files.h"
#include "storage/folder.h"
#include "storage/layout.h"
#include "storage/midnight.h"
#include "storage/settle.h"
#include "storage/signed_file.h"
#include "storage/vault_lock.h"

namespace sandyk::storage {
namespace {

using crypto::IoFault;
using Progress = std::function<void(std::uint64_t, std::uint64_t)>;

/// Files of an epoch that travel, in the order they are copied in: a mark comes last, so what an interrupted
/// export leaves in the target is an unfinished epoch.
constexpr std::string_view epoch_files[] = {layout::info,     layout::key,          layout::key_copy,
                                            layout::database, layout::database_log, layout::closed,
                                            layout::unclean};

std::vector<std::string> epoch_ids(const std::filesystem::path& vault) {
  auto ids = epoch_names(vault);
  std::erase_if(ids, [&](const std::string& id) { return !is_folder(vault / layout::epochs / id); });
  return ids;
}

/// How far finishing them has got.
struct Progressed {
  std::size_t unfinished = 0;         ///< without a mark; one that is gone was half-made, or is past its time
  std::uint64_t compacted_bytes = 0;  ///< in databases that are being compacted
  bool operator==(const Progressed&) const = default;
};

Progressed progress_of(const std::filesystem::path& vault, const std::vector<std::string>& ids) {
  Progressed progressed;
  for (const std::string& id : ids) {
    const auto folder = vault / layout::epochs / id;
    if (!is_folder(folder) || read_mark(folder)) continue;
    ++progressed.unfinished;
    std::error_code fault;
    const auto size = std::filesystem::file_size(folder / layout::compacted_database, fault);
    if (!fault) progressed.compacted_bytes += size;
  }
  return progressed;
}

/// Sees to it that all there was before now is finished: by the server, or here when none runs.
tl::expected<void, ExportFault> turn_epoch(const std::filesystem::path& vault,
                                           std::chrono::seconds patience) {
  using namespace std::chrono_literals;
  const auto before = epoch_ids(vault);
  auto progressed = progress_of(vault, before);
  auto since = std::chrono::steady_clock::now();  // patience runs while nothing gets on
  bool is_signalled = false;
  while (lock_holder(vault)) {
    if (!is_signalled) is_signalled = signal_server(vault);
    const auto now = progress_of(vault, before);
    if (is_signalled && now.unfinished == 0) return {};
    if (now != std::exchange(progressed, now)) since = std::chrono::steady_clock::now();
    if (std::chrono::steady_clock::now() >= since + patience) return tl::unexpected(ExportFault::no_turn);
    std::this_thread::sleep_for(50ms);
  }
  const auto lock = VaultLock::take(vault);
  if (!lock) return tl::unexpected(ExportFault::failed);
  if (!*lock) return tl::unexpected(ExportFault::no_turn);  // a server started just now
  settle_unfinished(vault, epoch_names(vault), {});
  set_to_midnight(vault);
  return {};
}

struct Copy {
  std::filesystem::path from, to;
};

class Copier {
 public:
  Copier(const std::vector<Copy>& copies, const Progress& progress) : progress_(progress) {
    std::error_code ignored;
    for (const Copy& copy : copies) all_ += std::filesystem::file_size(copy.from, ignored);
  }

  /// True when the target had it already, byte for byte.
  tl::expected<bool, ExportFault> copy(const Copy& copy) {
    if (is_file(copy.to)) return compare(copy);
    auto file = crypto::NewFile::create(copy.to);
    if (!file) return fault_of(file.error());
    // A fault of the source's is not the target's: they are told apart by who reported it.
    std::optional<IoFault> target_fault;
    const auto done = stream_file(copy.from, [&](crypto::ByteView piece) {
      auto written = file->write(piece);
      if (!written) target_fault = written.error();
      add(piece.size());
      return written;
    });
    if (target_fault) return fault_of(*target_fault);
    if (!done) return tl::unexpected(ExportFault::failed);
    if (auto kept = file->commit(crypto::NewFile::Replace::no); !kept) return fault_of(kept.error());
    return false;
  }

  static tl::unexpected<ExportFault> fault_of(IoFault fault) {
    return tl::unexpected(fault == IoFault::disk_full ? ExportFault::disk_full : ExportFault::target);
  }

 private:
  tl::expected<bool, ExportFault> compare(const Copy& copy) {
    std::error_code fault;
    const auto size = std::filesystem::file_size(copy.from, fault);
    if (fault) return tl::unexpected(ExportFault::failed);
    if (size != std::filesystem::file_size(copy.to, fault)) return tl::unexpected(ExportFault::differs);
    const auto source = hash_file(copy.from);
    const auto target = hash_file(copy.to);
    if (!source) return tl::unexpected(ExportFault::failed);
    if (!target) return tl::unexpected(ExportFault::target);
    if (*source != *target) return tl::unexpected(ExportFault::differs);
    add(size);
    return true;
  }

  void add(std::uint64_t bytes) {
    done_ += bytes;
    if (progress_) progress_(done_, all_);
  }

  const Progress& progress_;
  std::uint64_t all_ = 0, done_ = 0;
};

std::vector<Copy> copies_of_epoch(const std::filesystem::path& vault, const std::filesystem::path& target,
                                  const std::string& id) {
  std::vector<Copy> copies;
  const auto inside = std::filesystem::path(layout::epochs) / id;
  for (const auto name : epoch_files)
    if (is_file(vault / inside / name)) copies.push_back({vault / inside / name, target / inside / name});
  return copies;
}

/// Folders of small files that travel whole. A newer file may have taken the place of one that was exported
/// before, so they are replaced.
constexpr std::string_view small_folders[] = {layout::keyring, layout::policy, layout::receipts,
                                              layout::statements, layout::tombstones};
constexpr std::size_t max_small = std::max(crypto::max_keyring_size, crypto::max_policy_size);

tl::expected<void, ExportFault> copy_small(const std::filesystem::path& from,
                                           const std::filesystem::path& to) {
  const auto bytes = crypto::read_file(from, max_small);
  if (!bytes) return tl::unexpected(ExportFault::failed);
  if (auto done = crypto::write_file(to, *bytes); !done) return Copier::fault_of(done.error());
  return {};
}

tl::expected<void, ExportFault> copy_small_folders(const std::filesystem::path& vault,
                                                   const std::filesystem::path& target) {
  for (const std::string_view folder : small_folders) {
    if (!is_folder(vault / folder)) continue;
    if (auto made = crypto::make_directory(target / folder); !made) return Copier::fault_of(made.error());
    for (const std::string& name : names_in(vault / folder)) {
      const bool is_ours = name.ends_with(".json") || name.ends_with(".json.minisig");
      if (!is_ours || !is_file(vault / folder / name)) continue;
      if (auto done = copy_small(vault / folder / name, target / folder / name); !done) return done;
    }
  }
  return {};
}

/// Everything below log/, the checkpoint last: what an interrupted export leaves is the older log, whole.
tl::expected<void, ExportFault> copy_log(const std::filesystem::path& vault,
                                         const std::filesystem::path& target,
                                         const std::filesystem::path& inside) {
  if (!is_folder(vault / inside)) return {};
  if (auto made = crypto::make_directory(target / inside); !made) return Copier::fault_of(made.error());
  std::vector<std::string> files;
  for (const std::string& name : names_in(vault / inside)) {
    if (is_folder(vault / inside / name)) {
      if (auto done = copy_log(vault, target, inside / name); !done) return done;
    } else if (is_file(vault / inside / name)) {
      files.push_back(name);
    }
  }
  std::stable_partition(files.begin(), files.end(),
                        [](const std::string& name) { return name != layout::checkpoint; });
  for (const std::string& name : files) {
    auto done = copy_small(vault / inside / name, target / inside / name);
    // A partial tile that a fuller one replaced meanwhile is not missed.
    if (!done && is_file(vault / inside / name)) return done;
  }
  return {};
}

tl::expected<void, ExportFault> copy_epochs(const std::filesystem::path& vault,
                                            const std::filesystem::path& target,
                                            const std::vector<std::string>& finished,
                                            const Progress& progress, Exported& exported) {
  std::vector<std::vector<Copy>> by_epoch;
  std::vector<Copy> all;
  for (const std::string& id : finished) {
    by_epoch.push_back(copies_of_epoch(vault, target, id));
    all.insert(all.end(), by_epoch.back().begin(), by_epoch.back().end());
  }
  Copier copier(all, progress);
  for (std::size_t i = 0; i < finished.size(); ++i) {
    if (auto made = crypto::make_directory(target / layout::epochs / finished[i]); !made)
      return Copier::fault_of(made.error());
    bool was_there = true;
    for (const Copy& copy : by_epoch[i]) {
      const auto present = copier.copy(copy);
      if (!present) return tl::unexpected(present.error());
      was_there = was_there && *present;
    }
    (was_there ? exported.present : exported.copied).push_back(finished[i]);
  }
  return {};
}

}  // namespace

tl::expected<Exported, ExportFault> export_vault(const std::filesystem::path& vault,
                                                 const std::filesystem::path& target,
                                                 std::chrono::seconds patience, const Progress& progress) {
  if (!is_folder(vault / layout::epochs)) return tl::unexpected(ExportFault::no_vault);
  if (auto done = turn_epoch(vault, patience); !done) return tl::unexpected(done.error());
  for (const auto& folder : {target, target / layout::epochs})
    if (auto made = crypto::make_directory(folder); !made) return Copier::fault_of(made.error());

  Exported exported;
  std::vector<std::string> finished;
  for (const std::string& id : epoch_ids(vault))
    (read_mark(vault / layout::epochs / id) ? finished : exported.unfinished).push_back(id);
  if (auto done = copy_small_folders(vault, target); !done) return tl::unexpected(done.error());
  auto copied = copy_epochs(vault, target, finished, progress, exported);
  // The log last, so that it knows of every epoch that was copied.
  if (copied) copied = copy_log(vault, target, layout::log);
  // Reading has changed when they were read, which would tell of the visit.
  for (const std::string& id : finished) set_to_midnight(vault / layout::epochs / id);
  for (const std::string_view folder : small_folders) set_to_midnight(vault / folder);
  set_to_midnight(vault / layout::log);
  if (!copied) return tl::unexpected(copied.error());
  return exported;
}

tl::expected<void, crypto::IoFault> put_into_inbox(const std::filesystem::path& vault,
                                                   const std::string& name, crypto::ByteView bytes,
                                                   std::optional<crypto::ByteView> signature) {
  auto done = leave_in_inbox(vault, name, bytes, signature);
  if (done) signal_server(vault);
  return done;
}

tl::expected<void, crypto::IoFault> leave_in_inbox(const std::filesystem::path& vault,
                                                   const std::string& name, crypto::ByteView bytes,
                                                   std::optional<crypto::ByteView> signature) {
  const auto inbox = vault / layout::inbox;
  if (auto made = crypto::make_directory(vault); !made) return made;
  if (auto made = crypto::make_directory(inbox); !made) return made;
  // The signature first: a file without one is passed over until it is there.
  return signature ? write_signed(inbox / name, bytes, *signature) : crypto::write_file(inbox / name, bytes);
}

bool signal_server(const std::filesystem::path& vault) {
  const auto holder = lock_holder(vault);
  // A process of another namespace has no number here; 0 and below would mean whole groups.
  return holder && *holder > 0 && ::kill(*holder, SIGHUP) == 0;
}

std::string_view sentence(ExportFault fault) {
  switch (fault) {
    case ExportFault::no_vault:
      return "the folder is not a vault";
    case ExportFault::no_turn:
      return "the running server did not close its epoch in time";
    case ExportFault::target:
      return "the target folder cannot be written";
    case ExportFault::disk_full:
      return "the target disk is full";
    case ExportFault::differs:
      return "the target holds another file under the same name";
    case ExportFault::failed:
      return "the vault could not be read: an input/output error";
  }
  std::abort();
}

}  // namespace sandyk::storage
