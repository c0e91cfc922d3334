// The Merkle tree of RFC 6962, section 2.1, with SHA-256.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "crypto/seal/ids.h"

namespace sandyk::crypto {

Digest leaf_hash(ByteView entry);                           ///< SHA-256(0x00 ‖ entry)
Digest node_hash(const Digest& left, const Digest& right);  ///< SHA-256(0x01 ‖ left ‖ right)
Digest empty_root();                                        ///< SHA-256 of nothing

/// The hash of a tree whose perfect subtrees have these hashes, the largest, leftmost, first. Of none: the
/// empty root.
Digest join_peaks(std::span<const Digest> peaks);

/// A tree that grows at its right edge. It keeps one hash for each perfect subtree: at most 64.
class MerkleTree {
 public:
  void add(ByteView entry) { add_hash(leaf_hash(entry)); }
  /// Adds a leaf by its hash; or, for a tree of hashes that each stand for as many leaves, a subtree.
  void add_hash(const Digest& hash);

  std::uint64_t size() const { return size_; }
  Digest root() const { return join_peaks(peaks_); }
  /// The perfect subtrees, for join_peaks.
  const std::vector<Digest>& peaks() const { return peaks_; }

 private:
  std::uint64_t size_ = 0;
  std::vector<Digest> peaks_;
};

}  // namespace sandyk::crypto
