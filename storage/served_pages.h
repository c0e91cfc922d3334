// SQLite over pages that somebody else serves: no file is opened, nothing is written.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

namespace sandyk::storage {

struct ServedPages {
  static constexpr std::size_t page_size = 4096;
  using Page = std::array<std::uint8_t, page_size>;
  std::uint32_t count;
  /// A page from 1 to `count`; nothing when it cannot be had.
  std::function<std::optional<Page>(std::uint32_t)> read;
};

/// The name under which SQLite knows this way of reading. `pages` must live as long as a database is open
/// that was opened with it; there is one at a time in a process.
const char* serve_pages(const ServedPages* pages);

}  // namespace sandyk::storage
