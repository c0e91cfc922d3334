// case.keys for safe-keeping: sealed under a random key that exists only in shares (docs/formats.md,
// "Shares").
#pragma once

#include <filesystem>
#include <tl/expected.hpp>
#include <vector>

#include "desk/home.h"
#include "desk/problem.h"

namespace sandyk::desk {

/// Makes the folder `out` with `case.keys.sealed` and `of` files `share-<n>-of-<of>.txt`, then proves that
/// the first and the last `needed` of them open it. A folder that is there is a problem.
[[nodiscard]] tl::expected<void, Problem> share_case_keys(const Home& home, const std::filesystem::path& out,
                                                          unsigned needed, unsigned of);

/// Opens `sealed` with these shares; changes nothing. The bytes are those of case.keys.
[[nodiscard]] tl::expected<crypto::WipedBytes, Problem> open_shared_keys(
    const std::filesystem::path& sealed, const std::vector<std::filesystem::path>& shares);

/// Puts case.keys back into a home that has none.
[[nodiscard]] tl::expected<void, Problem> restore_case_keys(const Home& home,
                                                            const std::filesystem::path& sealed,
                                                            const std::vector<std::filesystem::path>& shares);

}  // namespace sandyk::desk
