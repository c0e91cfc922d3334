// A log's tiles as they grow: from entries, one by one, to the files that hold them and the hashes over them
// (C2SP, tlog-tiles).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/seal/merkle.h"
#include "storage/tile_path.h"

namespace sandyk::storage {

/// A full bundle of the longest entries.
inline constexpr std::size_t max_bundle_size = tile_width * (2 + max_log_entry);
inline constexpr std::size_t max_tile_size = tile_width * crypto::Digest::size;

struct Tile {
  TilePath path;
  crypto::Bytes bytes;
};

/// The right edge of a log: what is in its unfinished bundle and tiles. Copied cheaply.
class Tiles {
 public:
  /// Adds an entry of at most `max_log_entry` bytes. Tiles and bundles that it fills go to the end of `full`.
  void add(std::string_view entry, std::vector<Tile>& full);

  /// What is unfinished, as files: none when the size is a multiple of 256 at that level.
  std::vector<Tile> partial() const;
  std::uint64_t size() const { return size_; }
  crypto::Digest root() const;

 private:
  void add_hash(std::size_t level, const crypto::Digest& hash, std::vector<Tile>& full);
  std::uint64_t index_at(std::size_t level) const;

  struct Level {
    crypto::Bytes hashes;     ///< of the unfinished tile
    crypto::MerkleTree tree;  ///< over them
  };
  std::uint64_t size_ = 0;
  crypto::Bytes bundle_;
  std::vector<Level> levels_;
};

/// An entry with its length before it, as bundles have it.
void append_to_bundle(crypto::Bytes& bundle, std::string_view entry);
/// The next entry of a bundle; nothing when what is left is not a whole one.
std::optional<std::string_view> take_from_bundle(crypto::Reader& bundle);

/// The root of the first `size` entries; `size` is at most their number.
crypto::Digest root_at(const std::vector<std::string>& entries, std::uint64_t size);

}  // namespace sandyk::storage
