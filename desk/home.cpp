#include "desk/home.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace sandyk::desk {
namespace {

namespace fs = std::filesystem;
using crypto::exit_no_key;
using crypto::exit_not_done;
using crypto::KeyFileFault;
using crypto::SecretText;
using crypto::SigningKey;

constexpr std::size_t max_key_file = 64 * 1024;

Problem key_problem(KeyFileFault fault, const fs::path& file, std::string_view what) {
  switch (fault) {
    case KeyFileFault::malformed:
      return {fmt::format("{} is not a minisign secret key.", file.string()), exit_no_key};
    case KeyFileFault::too_costly:
      return {fmt::format("{} asks for more work than any honest key; it was not made here.", file.string()),
              exit_no_key};
    case KeyFileFault::wrong_passphrase:
      return {fmt::format("This is not the passphrase of {} (or {} is damaged).", what, file.string()),
              exit_no_key};
    case KeyFileFault::out_of_memory:
      return {fmt::format("There is not enough memory to unlock {}.", what), exit_not_done};
  }
  std::abort();
}

/// scrypt's limits as minisign stores them, for N = 2^log_n and r = 8.
SigningKey::Cost cost_of(unsigned log_n) {
  const std::uint64_t memory = std::uint64_t{1024} << log_n;
  return {memory / 32, memory};
}

}  // namespace

std::vector<std::string> Home::organisations() const {
  std::vector<std::string> found;
  std::error_code fault;
  for (const auto& entry : fs::directory_iterator(folder_ / "orgs", fault))
    if (entry.is_directory(fault)) found.push_back(entry.path().filename().string());
  std::sort(found.begin(), found.end());
  return found;
}

tl::expected<void, Problem> Home::make() const {
  std::error_code fault;
  const auto parent = fs::absolute(folder_, fault).parent_path();
  fs::create_directories(parent, fault);
  return make_folder(folder_);
}

tl::expected<void, Problem> Home::make_folder(const fs::path& inside) const {
  if (auto made = crypto::make_directory(inside); !made)
    return problem(
        fmt::format("The folder {} cannot be made: {}.", inside.string(), crypto::sentence(made.error())));
  return {};
}

tl::expected<crypto::VerifyKey, Problem> read_public_key(const fs::path& file) {
  const auto bytes = crypto::read_file(file, max_key_file);
  if (!bytes)
    return problem(
        fmt::format("The public key {} cannot be read: {}.", file.string(), crypto::sentence(bytes.error())),
        exit_no_key);
  const auto key = crypto::VerifyKey::parse(crypto::text_of(*bytes));
  if (!key) return problem(fmt::format("{} is not a minisign public key.", file.string()), exit_no_key);
  return *key;
}

tl::expected<SigningKey, Problem> read_signing_key(const fs::path& file, const SecretText& passphrase,
                                                   std::string_view what) {
  const auto bytes = crypto::read_file(file, max_key_file);
  if (!bytes)
    return problem(fmt::format("{} cannot be read: {}.", file.string(), crypto::sentence(bytes.error())),
                   exit_no_key);
  auto key = SigningKey::read(crypto::text_of(*bytes), passphrase);
  if (!key) return tl::unexpected(key_problem(key.error(), file, what));
  return std::move(*key);
}

tl::expected<void, Problem> write_signing_key(const SigningKey& key, const fs::path& file,
                                              const SecretText& passphrase, unsigned log_n) {
  const auto text = key.write(passphrase, cost_of(log_n));
  if (!text) return tl::unexpected(key_problem(text.error(), file, "the new key"));
  if (auto done = put(file, text->expose()); !done) return done;
  return put(fs::path(file).replace_extension(".pub"), crypto::bytes_of(key.verify_key().file()));
}

tl::expected<void, Problem> put(const fs::path& file, crypto::ByteView bytes,
                                crypto::NewFile::Replace replace) {
  if (auto done = crypto::write_file(file, bytes, 0600, replace); !done)
    return problem(fmt::format("{} cannot be written: {}.", file.string(), crypto::sentence(done.error())));
  return {};
}

tl::expected<void, Problem> put_signed(const fs::path& file, std::string_view json,
                                       std::string_view signature, crypto::NewFile::Replace replace) {
  if (auto done = put(file.string() + ".minisig", crypto::bytes_of(signature), crypto::NewFile::Replace::yes);
      !done)
    return done;
  return put(file, crypto::bytes_of(json), replace);
}

}  // namespace sandyk::desk
