// What is listed and searched, made anew from the reports' own content: after a backup was restored.
#pragma once

#include <filesystem>
#include <functional>
#include <tl/expected.hpp>

#include "desk/case_file.h"

namespace sandyk::desk {

struct Rebuilt {
  std::size_t listed = 0;
  std::size_t unreadable = 0;  ///< their keys are gone, or their content is damaged
};

/// Reads each report that is not listed with the reader, which `reader` is the program of.
[[nodiscard]] tl::expected<Rebuilt, Problem> rebuild_lists(
    CaseFile& file, const std::filesystem::path& reader,
    const std::function<void(std::size_t, std::size_t)>& progress);

}  // namespace sandyk::desk
