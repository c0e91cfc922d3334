// Taking closed epochs out of a vault, and putting signed files in, beside a server that may be running.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "storage/vault.h"

namespace sandyk::storage {

struct Exported {
  std::vector<std::string> copied;      ///< epoch ids that are now in the target
  std::vector<std::string> present;     ///< were there already, byte for byte
  std::vector<std::string> unfinished;  ///< have no mark: not copied
};

enum class ExportFault {
  no_vault,   ///< the folder is not a vault
  no_turn,    ///< the running server did not close its epoch in time
  target,     ///< the target cannot be written
  disk_full,  ///< of the target
  differs,    ///< the target holds another file under the same name
  failed,
};
std::string_view sentence(ExportFault fault);

/// Turns the epoch (by SIGHUP to the process that holds the lock; with none, marks what is open as unclean),
/// then copies every epoch that is closed or unclean, with the vault's keyrings, into `target`, syncing each
/// file. Running it again copies only what is new. `progress` gets bytes done and bytes in all.
[[nodiscard]] tl::expected<Exported, ExportFault> export_vault(
    const std::filesystem::path& vault, const std::filesystem::path& target, std::chrono::seconds patience,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress);

/// Puts a file and its signature, if it has one, durably into vault/inbox/ and signals the running server, if
/// there is one (it applies it on its own at the next start otherwise). `name` is the file's name in the
/// inbox.
[[nodiscard]] tl::expected<void, crypto::IoFault> put_into_inbox(const std::filesystem::path& vault,
                                                                 const std::string& name,
                                                                 crypto::ByteView bytes,
                                                                 std::optional<crypto::ByteView> signature);
/// The same without a signal, for one of many.
[[nodiscard]] tl::expected<void, crypto::IoFault> leave_in_inbox(const std::filesystem::path& vault,
                                                                 const std::string& name,
                                                                 crypto::ByteView bytes,
                                                                 std::optional<crypto::ByteView> signature);
/// Sends SIGHUP to the process that holds the vault's lock; false when there is none.
bool signal_server(const std::filesystem::path& vault);

}  // namespace sandyk::storage
