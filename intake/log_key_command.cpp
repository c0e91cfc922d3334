#include "intake/log_key_command.h"

#include <fmt/core.h>

#include "crypto/seal/exit_code.h"
#include "crypto/seal/file.h"
#include "crypto/seal/log_key.h"

namespace sandyk::intake {
namespace {

int fail(std::string_view sentence, int code) {
  fmt::print(stderr, "sandyk-intake: {}\n", sentence);
  return code;
}

}  // namespace

int make_log_key(const std::filesystem::path& file, const crypto::VerifyKey& root) {
  const auto key = crypto::LogKey::generate(crypto::log_origin(root.site()));
  const auto done = crypto::write_file(file, key.write().expose(), 0600, crypto::NewFile::Replace::no);
  if (!done)
    return fail(fmt::format("The log key could not be written to {}: {}.", file.string(),
                            crypto::sentence(done.error())),
                crypto::exit_not_done);
  fmt::print("{}\n", key.vkey());
  return crypto::exit_done;
}

int show_log_key(const std::filesystem::path& file) {
  const auto key = crypto::read_log_key(file);
  if (!key) {
    const int code =
        key.error() == crypto::LogKeyFault::unreadable ? crypto::exit_not_done : crypto::exit_unverified;
    return fail(fmt::format("{} {}.", file.string(), crypto::sentence(key.error())), code);
  }
  fmt::print("{}\n", key->vkey());
  return crypto::exit_done;
}

}  // namespace sandyk::intake
