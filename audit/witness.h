// What a witness does by hand: verify a log and everything that it cosigned of it before, then cosign its
// checkpoint (C2SP, tlog-cosignature).
#pragma once

#include <filesystem>
#include <string>
#include <tl/expected.hpp>

#include "audit/evidence.h"
#include "audit/failure.h"
#include "crypto/open/cosigning.h"

namespace sandyk::audit {

/// The last checkpoint of a log that was cosigned here: a note in a file of its own for each log key.
std::filesystem::path last_cosigned_file(const std::filesystem::path& state, const crypto::NoteKey& log_key);

/// Compares the log in `evidence` with what was cosigned of it last, writes the cosigned checkpoint durably
/// into the state, and returns it. Fails when the log does not verify, when it is not a continuation, or when
/// the state cannot be read: then nothing is signed.
[[nodiscard]] tl::expected<std::string, Failure> cosign(const Evidence& evidence,
                                                        const crypto::WitnessKey& key,
                                                        const std::filesystem::path& state, crypto::Date day);

/// Reads a witness's key file.
[[nodiscard]] tl::expected<crypto::WitnessKey, Failure> read_witness_key(const std::filesystem::path& file);

/// Makes a key named `name` in a new file; returns its vkey.
[[nodiscard]] tl::expected<std::string, Failure> make_witness_key(const std::string& name,
                                                                  const std::filesystem::path& file);

}  // namespace sandyk::audit
