#include "crypto/seal/merkle.h"

namespace sandyk::crypto {

Digest leaf_hash(ByteView entry) {
  constexpr std::uint8_t leaf = 0x00;
  Sha256 hash;
  hash.add({&leaf, 1});
  hash.add(entry);
  return hash.finish();
}

Digest node_hash(const Digest& left, const Digest& right) {
  constexpr std::uint8_t node = 0x01;
  Sha256 hash;
  hash.add({&node, 1});
  hash.add(left.bytes());
  hash.add(right.bytes());
  return hash.finish();
}

Digest empty_root() {
  return sha256({});
}

Digest join_peaks(std::span<const Digest> peaks) {
  if (peaks.empty()) return empty_root();
  Digest root = peaks.back();
  for (std::size_t i = peaks.size() - 1; i-- > 0;) root = node_hash(peaks[i], root);
  return root;
}

void MerkleTree::add_hash(const Digest& hash) {
  Digest whole = hash;
  // As in adding 1 to a binary number: each carry joins two subtrees of one size.
  for (std::uint64_t carry = size_; (carry & 1) != 0; carry >>= 1) {
    whole = node_hash(peaks_.back(), whole);
    peaks_.pop_back();
  }
  peaks_.push_back(whole);
  ++size_;
}

}  // namespace sandyk::crypto
