#include "intake/log_file.h"

#include "crypto/seal/file.h"
#include "crypto/seal/signed_note.h"
#include "intake/refusal.h"
#include "storage/folder.h"
#include "storage/tiles.h"

namespace sandyk::intake {

std::optional<LogFile> LogFile::parse(std::string_view path) {
  if (path == storage::checkpoint_path) return LogFile(std::nullopt);
  const auto tile = storage::TilePath::parse(path);
  if (!tile) return std::nullopt;
  return LogFile(tile);
}

Answer LogFile::answer(const std::filesystem::path& log_folder) const {
  const auto file = log_folder / (tile_ ? tile_->text() : std::string(storage::checkpoint_path));
  if (!storage::is_file(file)) return refuse(Refusal::not_found);
  const auto bytes = crypto::read_file(file, tile_ ? storage::max_bundle_size : crypto::max_note_size);
  if (!bytes)
    return refuse(bytes.error() == crypto::IoFault::not_found ? Refusal::not_found : Refusal::storage_failed);
  return {200, tile_ ? "application/octet-stream" : "text/plain; charset=utf-8",
          std::string(crypto::text_of(*bytes))};
}

}  // namespace sandyk::intake
