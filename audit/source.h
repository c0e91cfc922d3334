// What is audited, as a person names it: a folder, or the address of a server, which is mirrored first.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <tl/expected.hpp>

#include "audit/evidence.h"
#include "audit/failure.h"
#include "transport/client.h"

namespace sandyk::audit {

struct Source {
  std::string url_or_folder;
  transport::Settings settings;
  std::filesystem::path keep;  ///< where the mirror of a server stays; empty for nowhere
};

/// Gathers the evidence. A mirror that is not kept is in a temporary folder, gone when `use` returns.
[[nodiscard]] tl::expected<int, Failure> with_evidence(const Source& source, Given given,
                                                       const std::function<int(const Evidence&)>& use);

}  // namespace sandyk::audit
