// The commands of sandyk-audit. Each returns an exit code, and says on stderr why it did not do what it was
// asked for.
#pragma once

#include <filesystem>
#include <string>

#include "audit/source.h"

namespace sandyk::audit {

struct VerifyOptions {
  Source source;
  std::string log_key;                                   ///< a vkey, or a file that holds one
  std::string root_key;                                  ///< a .pub file, or its base64 line; empty for none
  std::string as_of;                                     ///< a day; empty for the default
  std::filesystem::path checkpoint, since, trust, html;  ///< empty for none
};
int verify(const VerifyOptions& options);

struct CosignOptions {
  Source source;
  std::string log_key;
  std::filesystem::path key, checkpoint, state, out;
};
int cosign_checkpoint(const CosignOptions& options);

int new_witness_key(const std::string& name, const std::filesystem::path& file);

}  // namespace sandyk::audit
