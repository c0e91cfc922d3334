#include "storage/epoch_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "crypto/seal/json.h"
#include "storage/folder.h"
#include "storage/layout.h"

namespace sandyk::storage {
namespace {

using crypto::IoFault;

std::optional<crypto::Json> read_small_json(const std::filesystem::path& path, std::string_view format) {
  if (!is_file(path)) return std::nullopt;
  const auto bytes = crypto::read_file(path, layout::max_small_file);
  if (!bytes) return std::nullopt;
  return crypto::parse_format(*bytes, layout::max_small_file, format);
}

template <class Type>
std::optional<Type> member(const crypto::Json& object, std::string_view name) {
  const auto text = crypto::text_member(object, name);
  return text ? Type::parse(*text) : std::nullopt;
}

/// The hash of a file that may be absent.
tl::expected<std::optional<crypto::Digest>, IoFault> hash_if_there(const std::filesystem::path& file) {
  const auto hash = hash_file(file);
  if (hash) return *hash;
  if (hash.error() == IoFault::not_found) return std::nullopt;
  return tl::unexpected(hash.error());
}

tl::expected<void, IoFault> write_mark(const std::filesystem::path& folder, std::string_view name,
                                       std::string_view format, std::optional<bool> is_compacted) {
  const auto hashes = hash_epoch(folder);
  if (!hashes) return tl::unexpected(hashes.error());
  crypto::Json mark;
  mark["format"] = format;
  mark["db_sha256"] = hashes->database.hex();
  if (hashes->log) mark["wal_sha256"] = hashes->log->hex();
  if (hashes->key) mark["key_sha256"] = hashes->key->hex();
  if (is_compacted) mark["compacted"] = *is_compacted;
  return crypto::write_file(folder / name, crypto::bytes_of(crypto::write_json(mark)));
}

}  // namespace

tl::expected<void, IoFault> make_empty_file(const std::filesystem::path& path) {
  const crypto::Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd.is_open() || ::fchmod(fd.get(), 0600) != 0) return tl::unexpected(crypto::io_fault(errno));
  return {};
}

tl::expected<void, IoFault> write_epoch_info(const std::filesystem::path& folder, const EpochInfo& info) {
  crypto::Json json;
  json["format"] = layout::info_format;
  json["id"] = info.id.hex();
  json["week"] = info.week.text();
  json["keyring_sha256"] = info.keyring.hex();
  json["date"] = info.date.text();
  return crypto::write_file(folder / layout::info, crypto::bytes_of(crypto::write_json(json)));
}

std::optional<EpochInfo> read_epoch_info(const std::filesystem::path& folder) {
  const auto json =
      is_folder(folder) ? read_small_json(folder / layout::info, layout::info_format) : std::nullopt;
  if (!json) return std::nullopt;
  const auto id = member<crypto::EpochId>(*json, "id");
  const auto week = member<crypto::Week>(*json, "week");
  const auto keyring = member<crypto::Digest>(*json, "keyring_sha256");
  const auto date = member<crypto::Date>(*json, "date");
  if (!id || !week || !keyring || !date || folder.filename() != id->hex()) return std::nullopt;
  auto state = EpochInfo::State::open;
  if (read_small_json(folder / layout::closed, layout::closed_format)) state = EpochInfo::State::closed;
  if (read_small_json(folder / layout::unclean, layout::unclean_format)) state = EpochInfo::State::unclean;
  return EpochInfo{*id, *week, *keyring, *date, state};
}

tl::expected<Mark, IoFault> hash_epoch(const std::filesystem::path& folder) {
  const auto database = hash_file(folder / layout::database);
  if (!database) return tl::unexpected(database.error());
  const auto log = hash_if_there(folder / layout::database_log);
  if (!log) return tl::unexpected(log.error());
  const bool has_key = is_file(folder / layout::key);
  const auto key = hash_if_there(folder / (has_key ? layout::key : layout::key_copy));
  if (!key) return tl::unexpected(key.error());
  return Mark{*database, *key, *log, false};
}

tl::expected<void, IoFault> mark_closed(const std::filesystem::path& folder, bool is_compacted) {
  return write_mark(folder, layout::closed, layout::closed_format, is_compacted);
}

tl::expected<void, IoFault> mark_unclean(const std::filesystem::path& folder) {
  return write_mark(folder, layout::unclean, layout::unclean_format, std::nullopt);
}

std::optional<Mark> read_mark(const std::filesystem::path& folder) {
  auto json = read_small_json(folder / layout::unclean, layout::unclean_format);
  if (!json) json = read_small_json(folder / layout::closed, layout::closed_format);
  const auto database = json ? member<crypto::Digest>(*json, "db_sha256") : std::nullopt;
  if (!database) return std::nullopt;
  const auto compacted = json->find("compacted");
  return Mark{*database, member<crypto::Digest>(*json, "key_sha256"),
              member<crypto::Digest>(*json, "wal_sha256"), compacted != json->end() && *compacted == true};
}

bool was_begun(const std::filesystem::path& folder) {
  return is_file(folder / layout::database);
}

tl::expected<void, IoFault> remove_half_made(const std::filesystem::path& folder) {
  for (const std::string& name : names_in(folder)) {
    const bool is_ours = name == layout::key || name == layout::key_copy || name == layout::info ||
                         name.starts_with(layout::database) || name.ends_with(".part");
    if (is_ours && ::unlink((folder / name).c_str()) != 0) return tl::unexpected(crypto::io_fault(errno));
  }
  if (::rmdir(folder.c_str()) != 0) return tl::unexpected(crypto::io_fault(errno));
  return crypto::sync_directory(folder.parent_path());
}

void remove_leftovers(const std::filesystem::path& folder) {
  for (const std::string& name : names_in(folder))
    if (name.starts_with(layout::compacted_database) || name.ends_with(".part"))
      ::unlink((folder / name).c_str());
}

}  // namespace sandyk::storage
