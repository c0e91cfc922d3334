// Where the parts of a log lie below its folder or its address (C2SP, tlog-tiles).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sandyk::storage {

inline constexpr unsigned tile_width = 256;  ///< hashes of a full tile, entries of a full bundle
inline constexpr std::size_t max_log_entry =
    65'535;  ///< bundles have a length of two bytes before each entry
inline constexpr std::string_view checkpoint_path = "checkpoint";

struct TilePath {
  std::optional<unsigned> level;  ///< of a tile, 0 to 63; nothing for a bundle of entries
  std::uint64_t index;            ///< below 10^15
  unsigned width;                 ///< 1 to 256; below 256 it is a partial tile

  /// `tile/<L>/<N>[.p/<W>]`, or `tile/entries/<N>[.p/<W>]`; N as `x001/x234/067`.
  std::string text() const;
  /// Nothing for any other spelling.
  static std::optional<TilePath> parse(std::string_view text);
  bool is_full() const { return width == tile_width; }
  bool operator==(const TilePath&) const = default;
};

}  // namespace sandyk::storage
