#include "crypto/seal/signature.h"

#include <sodium.h>

#include <algorithm>
#include <cstdlib>

#include "crypto/seal/ids.h"
#include "crypto/seal/text_encoding.h"

namespace sandyk::crypto {
namespace {

using namespace minisign;

constexpr std::string_view comment_head = "sandyk/1 ";

struct SignatureFile {
  Bytes algorithm;
  Bytes key_id;
  Bytes signature;
  std::string trusted;
  Bytes global_signature;
};

std::optional<SignatureFile> parse_signature(std::string_view text) {
  if (text.size() > max_file) return std::nullopt;
  Reader reader(bytes_of(text));
  const auto untrusted = reader.take_line();
  const auto first = reader.take_line();
  const auto trusted = reader.take_line();
  const auto second = reader.take_line();
  if (!second || !reader.done() || !untrusted->starts_with(untrusted_prefix) ||
      !trusted->starts_with(trusted_prefix))
    return std::nullopt;
  const auto head = from_base64(*first, Base64::padded);
  const auto global = from_base64(*second, Base64::padded);
  if (!head || head->size() != 2 + key_id_size + signature_size || !global ||
      global->size() != signature_size)
    return std::nullopt;
  const auto comment = trusted->substr(trusted_prefix.size());
  if (comment.size() > max_comment) return std::nullopt;
  const auto at = head->begin();
  return SignatureFile{Bytes(at, at + 2), Bytes(at + 2, at + 2 + key_id_size),
                       Bytes(at + 2 + key_id_size, head->end()), std::string(comment), *global};
}

/// The serial-or-date of a comment that says `kind` and `site`.
tl::expected<std::string, SignatureFault> read_comment(std::string_view comment, SignedKind kind,
                                                       std::string_view site) {
  const std::string of_kind = std::string(comment_head) + std::string(word_of(kind)) + ' ';
  if (!comment.starts_with(of_kind)) return tl::unexpected(SignatureFault::other_kind);
  const std::string of_site = of_kind + std::string(site) + ' ';
  if (!comment.starts_with(of_site)) return tl::unexpected(SignatureFault::other_site);
  const auto mark = comment.substr(of_site.size());
  if (mark.empty() || mark.find(' ') != std::string_view::npos)
    return tl::unexpected(SignatureFault::other_kind);
  return std::string(mark);
}

}  // namespace

std::optional<VerifyKey> VerifyKey::parse(std::string_view text) {
  if (text.size() > max_file) return std::nullopt;
  if (text.starts_with(untrusted_prefix)) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  const auto bytes = from_base64(text, Base64::padded);
  if (!bytes || bytes->size() != 2 + key_id_size + public_key_size ||
      text_of(ByteView(*bytes).first(2)) != algorithm)
    return std::nullopt;
  KeyId id;
  std::array<std::uint8_t, public_key_size> key;
  std::copy_n(bytes->begin() + 2, key_id_size, id.begin());
  std::copy_n(bytes->begin() + 2 + key_id_size, public_key_size, key.begin());
  return VerifyKey(id, key);
}

std::string VerifyKey::text() const {
  Bytes bytes(algorithm.begin(), algorithm.end());
  bytes.insert(bytes.end(), id_.begin(), id_.end());
  bytes.insert(bytes.end(), key_.begin(), key_.end());
  return to_base64(bytes, Base64::padded);
}

std::string VerifyKey::file() const {
  // As minisign shows it: the little-endian number, upper case, no leading zeros.
  std::string id;
  for (auto at = id_.rbegin(); at != id_.rend(); ++at) id += to_hex(ByteView(&*at, 1));
  id.erase(0, std::min(id.find_first_not_of('0'), id.size() - 1));
  std::transform(id.begin(), id.end(), id.begin(),
                 [](char c) { return c >= 'a' ? static_cast<char>(c - 32) : c; });
  return std::string(untrusted_prefix) + "minisign public key " + id + "\n" + text() + "\n";
}

std::string VerifyKey::site() const {
  return sha256(key_).hex().substr(0, 16);
}

std::string_view word_of(SignedKind kind) {
  switch (kind) {
    case SignedKind::keyring:
      return "keyring";
    case SignedKind::policy:
      return "policy";
    case SignedKind::board:
      return "board";
    case SignedKind::release:
      return "release";
    case SignedKind::import_receipt:
      return "import-receipt";
    case SignedKind::statement:
      return "statement";
  }
  std::abort();
}

std::string trusted_comment(SignedKind kind, std::string_view site, std::string_view mark) {
  return std::string(comment_head) + std::string(word_of(kind)) + ' ' + std::string(site) + ' ' +
         std::string(mark);
}

tl::expected<std::string, SignatureFault> verify(const VerifyKey& key, ByteView message,
                                                 std::string_view signature_file, SignedKind kind,
                                                 std::string_view site) {
  const auto file = parse_signature(signature_file);
  if (!file) return tl::unexpected(SignatureFault::malformed);
  if (text_of(file->algorithm) != prehashed_algorithm) return tl::unexpected(SignatureFault::not_prehashed);
  if (!std::equal(file->key_id.begin(), file->key_id.end(), key.id().begin(), key.id().end()))
    return tl::unexpected(SignatureFault::other_key);

  std::array<std::uint8_t, 64> hash;
  crypto_generichash(hash.data(), hash.size(), message.data(), message.size(), nullptr, 0);
  if (crypto_sign_verify_detached(file->signature.data(), hash.data(), hash.size(), key.key().data()) != 0)
    return tl::unexpected(SignatureFault::wrong);

  Bytes global = file->signature;
  global.insert(global.end(), file->trusted.begin(), file->trusted.end());
  if (crypto_sign_verify_detached(file->global_signature.data(), global.data(), global.size(),
                                  key.key().data()) != 0)
    return tl::unexpected(SignatureFault::wrong_comment);
  return read_comment(file->trusted, kind, site);
}

}  // namespace sandyk::crypto
