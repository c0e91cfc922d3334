// Checkpoints: what a log says that it holds (C2SP, tlog-checkpoint).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "crypto/seal/ids.h"
#include "crypto/seal/signed_note.h"

namespace sandyk::crypto {

/// No log of ours comes near it, and sums of sizes below it do not overflow.
inline constexpr std::uint64_t max_log_size = std::uint64_t{1} << 48;

struct Checkpoint {
  std::string origin;  ///< which log; for ours `sandyk/<site>`, also the name of its key
  std::uint64_t size;  ///< entries in the tree
  Digest root;
  bool operator==(const Checkpoint&) const = default;
};

/// Origin of a site's log, and name of its key.
std::string log_origin(std::string_view site);

/// Reads the text of a note. Lines after the third are tolerated, if they are not empty, and left out.
std::optional<Checkpoint> parse_checkpoint(std::string_view text);
/// The three lines to sign. `origin` must be a line of UTF-8 that is not empty.
std::string write_checkpoint(const Checkpoint& checkpoint);

enum class CheckpointFault {
  malformed,   ///< not a note, or its text is not a checkpoint
  other_log,   ///< of another origin
  not_signed,  ///< has no signature by this key
  wrong,       ///< the signature does not fit
};
/// Completes "The checkpoint ...", for people.
std::string_view sentence(CheckpointFault fault);

/// The checkpoint in a note that the log's key signed.
[[nodiscard]] tl::expected<Checkpoint, CheckpointFault> verify_checkpoint(std::string_view note,
                                                                          std::string_view origin,
                                                                          const NoteKey& key);

}  // namespace sandyk::crypto
