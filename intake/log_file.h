// The files of the audit log that anybody may have: the checkpoint and what it is about. They change under
// names that stay only by being replaced whole.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "intake/answer.h"
#include "storage/tile_path.h"

namespace sandyk::intake {

/// One of them, by its path behind `/log/`.
class LogFile {
 public:
  /// `checkpoint`, or the one spelling of a tile's path (C2SP, tlog-tiles); nothing else of the folder.
  static std::optional<LogFile> parse(std::string_view path);

  /// The file's bytes, or that there is none.
  Answer answer(const std::filesystem::path& log_folder) const;

 private:
  explicit LogFile(std::optional<storage::TilePath> tile) : tile_(tile) {}
  std::optional<storage::TilePath> tile_;  ///< nothing: the checkpoint
};

}  // namespace sandyk::intake
