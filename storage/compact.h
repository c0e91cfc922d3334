// A closed database written anew: its reports in the order of their ids, which are random, and nothing else.
// When each came, and what was filler, is then in no file any more.
#pragma once

#include <cstdint>
#include <filesystem>
#include <tl/expected.hpp>

#include "crypto/seal/secret.h"
#include "storage/database.h"
#include "storage/padding.h"

namespace sandyk::storage {

struct CompactTerms {
  unsigned cache_kib;
  std::uint64_t step;     ///< least size of the file
  std::uint64_t reserve;  ///< of the disk
  MayGoOn may_go_on;
};

/// Puts the compacted database in the place of `folder`'s reports.db, which nobody has open and which has no
/// log beside it; durably, and so that there is either the old one or the new at any moment. Every report is
/// compared with its id on the way. False when there is no room or no time for it; after that and after a
/// fault the old one is still there, and the half-made one is not.
[[nodiscard]] tl::expected<bool, DbFault> compact(const std::filesystem::path& folder,
                                                  const crypto::EpochKey& key, const CompactTerms& terms);

}  // namespace sandyk::storage
