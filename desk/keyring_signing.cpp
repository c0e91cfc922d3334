#include "desk/keyring_signing.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <system_error>

namespace sandyk::desk {
namespace {

namespace fs = std::filesystem;
using crypto::exit_unverified;
using crypto::exit_usage;
using crypto::Keyring;
using crypto::KeyringContent;
using crypto::Organisation;
using crypto::Week;

constexpr std::size_t max_file = 64 * 1024;

using ByWeek = std::map<Week, std::vector<Organisation>>;

std::vector<std::string> ids_of(const std::vector<Organisation>& organisations) {
  std::vector<std::string> ids;
  for (const Organisation& o : organisations) ids.push_back(o.id);
  return ids;
}

/// The organisations of each week, sorted by id: that is the order of the stanzas.
tl::expected<ByWeek, Problem> read_public_files(const std::vector<fs::path>& files) {
  ByWeek weeks;
  for (const fs::path& file : files) {
    const auto bytes = crypto::read_file(file, max_file);
    if (!bytes)
      return problem(fmt::format("{} cannot be read: {}.", file.string(), crypto::sentence(bytes.error())),
                     exit_usage);
    auto keys = parse_week_keys(*bytes);
    if (!keys)
      return problem(fmt::format("{} is not a file that `sandyk-desk keys new` made.", file.string()),
                     exit_usage);
    auto& list = weeks[keys->week];
    const auto place =
        std::lower_bound(list.begin(), list.end(), keys->organisation.id,
                         [](const Organisation& o, const std::string& id) { return o.id < id; });
    if (place != list.end() && place->id == keys->organisation.id)
      return problem(fmt::format("Two files are for {} in {}.", keys->organisation.id, keys->week.text()),
                     exit_usage);
    list.insert(place, std::move(keys->organisation));
  }
  for (const auto& week : weeks)
    if (ids_of(week.second) != ids_of(weeks.begin()->second))
      return problem(fmt::format("{} is for {}, but {} for {}: each week needs the same organisations.",
                                 week.first.text(), fmt::join(ids_of(week.second), ", "),
                                 weeks.begin()->first.text(), fmt::join(ids_of(weeks.begin()->second), ", ")),
                     exit_usage);
  return weeks;
}

/// What was signed before, verified: the chain goes on from there.
struct Chain {
  std::uint64_t serial = 0;
  std::optional<crypto::Digest> last;
};

tl::expected<Chain, Problem> read_chain(const fs::path& folder, const crypto::VerifyKey& root) {
  Chain chain;
  std::error_code fault;
  for (const auto& entry : fs::directory_iterator(folder, fault)) {
    if (entry.path().extension() != ".json") continue;
    const auto json = crypto::read_file(entry.path(), crypto::max_keyring_size);
    const auto signature = crypto::read_file(entry.path().string() + ".minisig", max_file);
    const auto keyring = json && signature ? Keyring::verify(*json, crypto::text_of(*signature), root)
                                           : tl::unexpected(crypto::KeyringFault::malformed_signature);
    if (!keyring)
      return problem(fmt::format("The earlier keyring {} does not verify: {}. Nothing was signed.",
                                 entry.path().string(), crypto::sentence(keyring.error())),
                     exit_unverified);
    if (keyring->content().serial > chain.serial) chain = {keyring->content().serial, keyring->hash()};
  }
  return chain;
}

KeyringContent compose(const crypto::VerifyKey& root, Week week, std::vector<Organisation> organisations,
                       const KeyringTerms& terms, const Chain& chain) {
  const crypto::Date accept_until = week.sunday() + crypto::grace_days;
  return {root.site(),
          chain.serial + 1,
          week,
          week.monday(),
          week.sunday(),
          accept_until,
          accept_until + terms.retention + crypto::grace_days,
          terms.max_class,
          std::move(organisations),
          terms.nodes,
          chain.last};
}

}  // namespace

tl::expected<std::vector<SignedKeyring>, Problem> sign_keyrings(const Home& home,
                                                                const std::vector<fs::path>& public_files,
                                                                const KeyringTerms& terms, bool replace,
                                                                const PassphraseSource& passphrases) {
  auto weeks = read_public_files(public_files);
  if (!weeks) return tl::unexpected(weeks.error());
  const auto root = read_public_key(home.root_public());
  if (!root) return tl::unexpected(root.error());
  if (auto done = home.make_folder(home.keyrings()); !done) return tl::unexpected(done.error());
  auto chain = read_chain(home.keyrings(), *root);
  if (!chain) return tl::unexpected(chain.error());
  std::error_code fault;
  for (const auto& week : *weeks)
    if (!replace && fs::exists(home.keyrings() / (week.first.text() + ".json"), fault))
      return problem(fmt::format(
          "{} has a keyring already. --replace signs a new one, which reporters take from then on.",
          week.first.text()));

  const auto passphrase = ask_passphrase(passphrases, "the root key");
  if (!passphrase) return tl::unexpected(passphrase.error());
  const auto key = read_signing_key(home.root_secret(), *passphrase, "the root key");
  if (!key) return tl::unexpected(key.error());

  std::vector<SignedKeyring> made;
  for (auto& [week, organisations] : *weeks) {
    auto ids = ids_of(organisations);
    const KeyringContent content = compose(*root, week, std::move(organisations), terms, *chain);
    const std::string json = crypto::write_keyring(content);
    const std::string signature = key->sign(crypto::bytes_of(json), crypto::SignedKind::keyring, content.site,
                                            std::to_string(content.serial));
    const auto verified = Keyring::verify(crypto::bytes_of(json), signature, *root);
    if (!verified)  // e.g. root.key and root.pub are not of one pair
      return problem(fmt::format("What was signed does not verify with root.pub: {}.",
                                 crypto::sentence(verified.error())),
                     exit_unverified);

    const auto file = home.keyrings() / (week.text() + ".json");
    const auto over = replace ? crypto::NewFile::Replace::yes : crypto::NewFile::Replace::no;
    if (auto done = put(file, crypto::bytes_of(json), over); !done) return tl::unexpected(done.error());
    if (auto done =
            put(file.string() + ".minisig", crypto::bytes_of(signature), crypto::NewFile::Replace::yes);
        !done)
      return tl::unexpected(done.error());
    *chain = {content.serial, verified->hash()};
    made.push_back({week, std::move(ids), file});
  }
  return made;
}

}  // namespace sandyk::desk
