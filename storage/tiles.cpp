#include "storage/tiles.h"

#include <cstdlib>
#include <utility>

namespace sandyk::storage {

void append_to_bundle(crypto::Bytes& bundle, std::string_view entry) {
  if (entry.size() > max_log_entry) std::abort();
  bundle.push_back(static_cast<std::uint8_t>(entry.size() >> 8));
  bundle.push_back(static_cast<std::uint8_t>(entry.size() & 0xFF));
  bundle.insert(bundle.end(), entry.begin(), entry.end());
}

std::optional<std::string_view> take_from_bundle(crypto::Reader& bundle) {
  const auto length = bundle.take(2);
  if (!length) return std::nullopt;
  const auto entry = bundle.take(static_cast<std::size_t>((*length)[0] << 8 | (*length)[1]));
  if (!entry) return std::nullopt;
  return crypto::text_of(*entry);
}

crypto::Digest root_at(const std::vector<std::string>& entries, std::uint64_t size) {
  if (size > entries.size()) std::abort();
  crypto::MerkleTree tree;
  for (std::size_t i = 0; i < size; ++i) tree.add(crypto::bytes_of(entries[i]));
  return tree.root();
}

void Tiles::add(std::string_view entry, std::vector<Tile>& full) {
  append_to_bundle(bundle_, entry);
  if (size_ % tile_width == tile_width - 1)
    full.push_back({{std::nullopt, size_ / tile_width, tile_width}, std::exchange(bundle_, {})});
  add_hash(0, crypto::leaf_hash(crypto::bytes_of(entry)), full);
  ++size_;
}

/// Called before `size_` counts the entry that the hash came from.
void Tiles::add_hash(std::size_t level, const crypto::Digest& hash, std::vector<Tile>& full) {
  if (level == levels_.size()) levels_.emplace_back();
  Level& here = levels_[level];
  here.hashes.insert(here.hashes.end(), hash.bytes().begin(), hash.bytes().end());
  here.tree.add_hash(hash);
  if (here.tree.size() < tile_width) return;
  const crypto::Digest root = here.tree.root();
  full.push_back({{static_cast<unsigned>(level), index_at(level), tile_width}, std::move(here.hashes)});
  here = Level{};
  add_hash(level + 1, root, full);
}

/// The index of the unfinished tile.
std::uint64_t Tiles::index_at(std::size_t level) const {
  const std::size_t shift = 8 * (level + 1);
  return shift < 64 ? size_ >> shift : 0;
}

std::vector<Tile> Tiles::partial() const {
  std::vector<Tile> tiles;
  const auto width = static_cast<unsigned>(size_ % tile_width);
  if (width != 0) tiles.push_back({{std::nullopt, size_ / tile_width, width}, bundle_});
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    const Level& here = levels_[level];
    if (here.tree.size() == 0) continue;
    tiles.push_back({{static_cast<unsigned>(level), index_at(level), static_cast<unsigned>(here.tree.size())},
                     here.hashes});
  }
  return tiles;
}

crypto::Digest Tiles::root() const {
  // Higher levels stand for larger subtrees further left, and none of them has 256: so no two are of one
  // size.
  std::vector<crypto::Digest> peaks;
  for (std::size_t level = levels_.size(); level-- > 0;) {
    const auto& more = levels_[level].tree.peaks();
    peaks.insert(peaks.end(), more.begin(), more.end());
  }
  return crypto::join_peaks(peaks);
}

}  // namespace sandyk::storage
