#include "crypto/seal/secret_slots.h"

#include <sodium.h>

#include <mutex>
#include <new>
#include <vector>

namespace sandyk::crypto {
namespace {

constexpr std::size_t slots_in_a_block = 4096 / secret_slot_size;

/// Blocks are never given back: there are as many as secrets were ever alive at once.
class Slots {
 public:
  std::uint8_t* take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) add_block();
    auto* slot = free_.back();
    free_.pop_back();
    return slot;
  }
  void put_back(std::uint8_t* slot) noexcept {
    sodium_memzero(slot, secret_slot_size);
    const std::lock_guard lock(mutex_);
    free_.push_back(slot);  // has room: see add_block
  }

 private:
  void add_block() {
    free_.reserve((++blocks_) * slots_in_a_block);
    auto* block = static_cast<std::uint8_t*>(sodium_malloc(slots_in_a_block * secret_slot_size));
    if (!block) throw std::bad_alloc();
    sodium_memzero(block, slots_in_a_block * secret_slot_size);
    for (std::size_t i = slots_in_a_block; i > 0; --i) free_.push_back(block + (i - 1) * secret_slot_size);
  }
  std::mutex mutex_;
  std::vector<std::uint8_t*> free_;
  std::size_t blocks_ = 0;
};

Slots& slots() {
  static auto* const all = new Slots;  // outlives every secret, static ones too
  return *all;
}

}  // namespace

std::uint8_t* take_secret_slot() {
  return slots().take();
}

void return_secret_slot(std::uint8_t* slot) noexcept {
  slots().put_back(slot);
}

}  // namespace sandyk::crypto
