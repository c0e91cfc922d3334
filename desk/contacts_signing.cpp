#include "desk/contacts_signing.h"

#include <fmt/format.h>

#include "crypto/seal/file.h"
#include "reporter/page/contacts.h"

namespace sandyk::desk {

tl::expected<void, Problem> sign_contacts(const Home& home, const std::filesystem::path& file,
                                          const PassphraseSource& passphrases) {
  const auto root = read_public_key(home.root_public());
  if (!root) return tl::unexpected(root.error());
  const auto json = crypto::read_file(file, page::max_contacts_size);
  if (!json)
    return problem(fmt::format("{} cannot be read: {}.", file.string(), crypto::sentence(json.error())),
                   crypto::exit_usage);
  const auto contacts = page::parse_contacts(*json);
  if (!contacts)
    return problem(fmt::format("The contacts {}.", page::sentence(page::ContactsFault::malformed)),
                   crypto::exit_usage);
  if (contacts->site != root->site())
    return problem(fmt::format("The contacts name another site. This one is {}.", root->site()),
                   crypto::exit_usage);

  const auto passphrase = ask_passphrase(passphrases, "the root key");
  if (!passphrase) return tl::unexpected(passphrase.error());
  const auto key = read_signing_key(home.root_secret(), *passphrase, "the root key");
  if (!key) return tl::unexpected(key.error());
  const std::string signature =
      key->sign(*json, crypto::SignedKind::statement, contacts->site, contacts->date.text());
  if (!page::verify_contacts(*json, signature, *root))  // e.g. root.key and root.pub are not of one pair
    return problem("What was signed does not verify with root.pub.", crypto::exit_unverified);
  if (const auto done = crypto::write_file(file.string() + ".minisig", crypto::bytes_of(signature)); !done)
    return problem(fmt::format("The signature cannot be written: {}.", crypto::sentence(done.error())));
  return {};
}

}  // namespace sandyk::desk
