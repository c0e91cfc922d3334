// What remains of an epoch that was deleted: a small file that says which one it was, under which policy it
// went, and why. (docs/formats.md, "Tombstone")
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/calendar.h"
#include "crypto/seal/file.h"
#include "crypto/seal/ids.h"
#include "storage/retention.h"

namespace sandyk::storage {

struct Tombstone {
  crypto::EpochId epoch;
  crypto::Week week;
  crypto::Date begun;
  GoesFor reason;
  std::uint64_t policy_serial;
  crypto::Digest policy;
  std::vector<crypto::Digest> receipts;         ///< of the JSON of each
  std::optional<crypto::Digest> database, key;  ///< as its mark had them
  crypto::Date date;                            ///< of the deletion
};

std::optional<Tombstone> parse_tombstone(crypto::ByteView json);
std::string write_tombstone(const Tombstone& tombstone);

/// Every tombstone of a vault, by epoch id. What is not one is left out.
std::vector<Tombstone> read_tombstones(const std::filesystem::path& vault);

}  // namespace sandyk::storage
