#include "reporter/keyring_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/seal/file.h"
#include "crypto/seal/root_key.h"

namespace sandyk::reporter {
namespace {

constexpr std::string_view keyring_path = "/keyring/current.json";
constexpr std::string_view signature_suffix = ".minisig";
constexpr std::size_t max_signature_file = 4096;

tl::expected<crypto::Keyring, Failure> check(crypto::ByteView json, crypto::ByteView signature,
                                             const crypto::VerifyKey& root, crypto::Date today) {
  auto keyring = crypto::Keyring::verify(json, crypto::text_of(signature), root);
  if (!keyring)
    return failure(crypto::exit_unverified,
                   fmt::format("The keyring is not to be trusted: {}. Nothing was sealed or sent.",
                               crypto::sentence(keyring.error())));
  const crypto::KeyringContent& content = keyring->content();
  if (today < content.not_before)
    return failure(crypto::exit_unverified,
                   fmt::format("The keyring is for week {}, which has not begun. Is this device's "
                               "clock right?",
                               content.week.text()));
  if (today > content.not_after)
    return failure(
        crypto::exit_unverified,
        fmt::format("The keyring is for week {}, which is over. Get this week's; if that is what the server "
                    "has, is this device's clock right?",
                    content.week.text()));
  return std::move(*keyring);
}

tl::expected<crypto::Bytes, Failure> fetch(transport::Client& client, const transport::Address& node,
                                           const std::string& path, std::size_t max_size,
                                           const Patience& patience, const Notice& notice) {
  const auto get = [&](const transport::Address& address) { return client.get(address, path, max_size); };
  auto answer = ask({node}, get, patience, notice);
  if (!answer) return tl::unexpected(answer.error());
  if (answer->status != 200)
    return failure(crypto::exit_not_done,
                   fmt::format("The server has no keyring in force (status {}), so nothing can be "
                               "sealed for it now.",
                               answer->status));
  return std::move(answer->body);
}

}  // namespace

tl::expected<crypto::VerifyKey, Failure> read_root_key(const std::string& line_or_file) {
  const auto key = crypto::read_root_key(line_or_file);
  if (!key)
    return failure(crypto::exit_usage, fmt::format("The root key {}.", crypto::sentence(key.error())));
  return *key;
}

tl::expected<crypto::Keyring, Failure> read_keyring(const std::filesystem::path& json_path,
                                                    const crypto::VerifyKey& root, crypto::Date today) {
  const auto json = crypto::read_file(json_path, crypto::max_keyring_size);
  if (!json)
    return failure(crypto::exit_usage,
                   fmt::format("The keyring cannot be read: {}.", crypto::sentence(json.error())));
  const auto signature =
      crypto::read_file(json_path.string() + std::string(signature_suffix), max_signature_file);
  if (!signature)
    return failure(crypto::exit_unverified,
                   fmt::format("The keyring's signature (.minisig beside it) cannot be read: {}.",
                               crypto::sentence(signature.error())));
  return check(*json, *signature, root, today);
}

tl::expected<crypto::Keyring, Failure> fetch_keyring(transport::Client& client,
                                                     const transport::Address& node,
                                                     const crypto::VerifyKey& root, crypto::Date today,
                                                     const Patience& patience, const Notice& notice) {
  const std::string path(keyring_path);
  const auto json = fetch(client, node, path, crypto::max_keyring_size, patience, notice);
  if (!json) return tl::unexpected(json.error());
  const auto signature =
      fetch(client, node, path + std::string(signature_suffix), max_signature_file, patience, notice);
  if (!signature) return tl::unexpected(signature.error());
  return check(*json, *signature, root, today);
}

std::vector<transport::Address> nodes_of(const crypto::Keyring& keyring, const transport::Address& first,
                                         bool through_tor) {
  std::vector<transport::Address> nodes{first};
  for (const crypto::Node& node : keyring.content().nodes)
    for (const std::string& text : {node.https, node.onion}) {
      const auto address = transport::Address::parse(text);
      if (!address || (address->is_onion() && !through_tor)) continue;
      if (std::find(nodes.begin(), nodes.end(), *address) == nodes.end()) nodes.push_back(*address);
    }
  return nodes;
}

}  // namespace sandyk::reporter
