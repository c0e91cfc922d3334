#include "desk/keys_in_safes.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <system_error>

#include "desk/case_file.h"
#include "desk/shares.h"

namespace sandyk::desk {
namespace {

namespace fs = std::filesystem;
using crypto::exit_no_key;
using crypto::exit_usage;

constexpr std::string_view magic = "SANDYKS1";
constexpr std::size_t head_size = 8 + sizeof(ShareSet);  // what is bound to the rest: magic and set
constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t max_keys = std::size_t{1} << 30, max_share = 4096;
constexpr std::string_view sealed_name = "case.keys.sealed";

ShareSet random_set() {
  ShareSet set;
  randombytes_buf(set.data(), set.size());
  return set;
}

crypto::Bytes seal(const SharedKey& key, const ShareSet& set, crypto::ByteView bytes) {
  crypto::Bytes out(head_size + nonce_size + bytes.size() + tag_size);
  std::ranges::copy(magic, out.begin());
  std::ranges::copy(set, out.begin() + magic.size());
  std::uint8_t* const nonce = out.data() + head_size;
  randombytes_buf(nonce, nonce_size);
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + nonce_size, nullptr, bytes.data(), bytes.size(),
                                             out.data(), head_size, nullptr, nonce, key.expose().data());
  return out;
}

/// Nothing when the key is another or a byte was changed.
std::optional<crypto::WipedBytes> unseal(const SharedKey& key, crypto::ByteView file) {
  if (file.size() < head_size + nonce_size + tag_size ||
      !std::equal(magic.begin(), magic.end(), file.begin()))
    return std::nullopt;
  crypto::WipedBytes bytes(file.size() - head_size - nonce_size - tag_size);
  const auto rest = file.subspan(head_size + nonce_size);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes.data(), nullptr, nullptr, rest.data(), rest.size(),
                                                 file.data(), head_size, file.data() + head_size,
                                                 key.expose().data()) != 0)
    return std::nullopt;
  return bytes;
}

fs::path share_file(const fs::path& folder, unsigned number, unsigned of) {
  return folder / fmt::format("share-{}-of-{}.txt", number, of);
}

tl::expected<void, Problem> prove(const fs::path& folder, unsigned first, unsigned needed, unsigned of,
                                  crypto::ByteView keys) {
  std::vector<fs::path> files;
  for (unsigned i = 0; i < needed; ++i) files.push_back(share_file(folder, first + i, of));
  const auto opened = open_shared_keys(folder / sealed_name, files);
  if (!opened) return tl::unexpected(opened.error());
  if (!std::ranges::equal(*opened, keys))
    return problem("The shares do not give case.keys back: make them anew.");
  return {};
}

}  // namespace

tl::expected<void, Problem> share_case_keys(const Home& home, const fs::path& out, unsigned needed,
                                            unsigned of) {
  if (needed < 2 || needed > of || of > most_shares)
    return problem(fmt::format("At least 2 shares are needed, and there are at most {}.", most_shares),
                   exit_usage);
  std::error_code fault;
  if (fs::exists(fs::symlink_status(out, fault)))
    return problem(fmt::format("{} is there already: name a new folder.", out.string()), exit_usage);
  const auto keys = crypto::read_file(case_keys(home), max_keys);
  if (!keys)
    return problem(fmt::format("case.keys cannot be read: {}.", crypto::sentence(keys.error())), exit_no_key);
  if (auto made = home.make_folder(out); !made) return made;
  const auto key = SharedKey::random();
  const auto set = random_set();
  if (auto done = put(out / sealed_name, seal(key, set, *keys)); !done) return done;
  for (const Share& share : split(key, set, needed, of))
    if (auto done = put(share_file(out, share.number, of), write_share(share)); !done) return done;
  if (auto done = prove(out, 1, needed, of, *keys); !done) return done;
  return prove(out, of - needed + 1, needed, of, *keys);
}

tl::expected<crypto::WipedBytes, Problem> open_shared_keys(const fs::path& sealed,
                                                           const std::vector<fs::path>& shares) {
  const auto file = crypto::read_file(sealed, max_keys);
  if (!file)
    return problem(fmt::format("{} cannot be read: {}.", sealed.string(), crypto::sentence(file.error())),
                   exit_no_key);
  std::vector<Share> given;
  for (const fs::path& path : shares) {
    auto bytes = crypto::read_file(path, max_share);
    if (!bytes)
      return problem(fmt::format("{} cannot be read: {}.", path.string(), crypto::sentence(bytes.error())),
                     exit_no_key);
    auto share = parse_share(*bytes);
    sodium_memzero(bytes->data(), bytes->size());
    if (!share) return problem(fmt::format("{}: {}", path.string(), sentence(share.error())), exit_no_key);
    given.push_back(std::move(*share));
  }
  const auto key = combine(given);
  if (!key) return problem(std::string(sentence(key.error())), exit_no_key);
  auto bytes = unseal(*key, *file);
  if (!bytes)
    return problem(fmt::format("These shares do not open {}: they are of another set, or it is damaged.",
                               sealed.string()),
                   exit_no_key);
  return std::move(*bytes);
}

tl::expected<void, Problem> restore_case_keys(const Home& home, const fs::path& sealed,
                                              const std::vector<fs::path>& shares) {
  const auto bytes = open_shared_keys(sealed, shares);
  if (!bytes) return tl::unexpected(bytes.error());
  return put(case_keys(home), *bytes);
}

}  // namespace sandyk::desk
