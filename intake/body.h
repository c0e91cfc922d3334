// A request's body as it arrives: small ones in memory under a budget, large ones in a spool file without a
// name.
#pragma once

#include <filesystem>
#include <optional>
#include <tl/expected.hpp>
#include <variant>

#include "crypto/seal/bytes.h"
#include "crypto/seal/file.h"
#include "intake/limits.h"
#include "storage/sealed_body.h"

namespace sandyk::intake {

/// Room for bodies. Used by the front thread alone; outlives every share of it.
class Budget {
 public:
  explicit Budget(const Limits& limits)
      : memory_(limits.memory), memory_left_(limits.memory), large_left_(limits.max_large) {}
  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;

  /// What one body holds until it goes away.
  class Share {
   public:
    Share(Share&& other) noexcept : budget_(std::exchange(other.budget_, nullptr)), length_(other.length_) {}
    Share& operator=(Share&&) = delete;
    ~Share();

   private:
    friend class Budget;
    Share(Budget* budget, std::uint64_t length) : budget_(budget), length_(length) {}
    Budget* budget_;
    std::uint64_t length_;
  };

  /// True when there is room for a body of `length` bytes. The last eighth of the memory is for those who
  /// have worked, or where nobody is asked to.
  bool has_room(std::uint64_t length, bool has_worked) const;
  /// A share of it, or nothing when there is no room.
  std::optional<Share> take(std::uint64_t length, bool has_worked);
  /// How much of the memory is taken, from 0 to 1. Not the large ones: a few slow senders fill those for
  /// minutes, and others suffer nothing.
  double memory_used() const;

 private:
  const std::uint64_t memory_;
  std::uint64_t memory_left_;
  std::size_t large_left_;
};

class IncomingBody {
 public:
  /// Room for exactly `length` bytes. A large one takes its place on the disk of `spool_folder` now, so that
  /// a full disk shows before the bytes are sent.
  [[nodiscard]] static tl::expected<IncomingBody, crypto::IoFault> start(
      Budget::Share share, std::uint64_t length, const std::filesystem::path& spool_folder);

  std::uint64_t missing() const { return length_ - received_; }
  /// Adds at most missing() bytes.
  [[nodiscard]] tl::expected<void, crypto::IoFault> add(crypto::ByteView bytes);

  /// When nothing is missing.
  storage::SealedBody finish() &&;
  Budget::Share share() && { return std::move(share_); }

 private:
  IncomingBody(Budget::Share share, std::uint64_t length, std::variant<crypto::Bytes, crypto::Fd> store)
      : share_(std::move(share)), length_(length), store_(std::move(store)) {}

  Budget::Share share_;
  std::uint64_t length_;
  std::uint64_t received_ = 0;
  std::variant<crypto::Bytes, crypto::Fd> store_;
};

}  // namespace sandyk::intake
