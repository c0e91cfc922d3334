#include "desk/ceremony.h"

#include <fmt/format.h>

#include <system_error>

#include "crypto/open/age/identity_file.h"

namespace sandyk::desk {
namespace {

namespace fs = std::filesystem;
using crypto::exit_usage;
using crypto::SecretText;
using crypto::SigningKey;
using crypto::VerifyKey;
using crypto::Week;
using crypto::age::HybridRecipient;

constexpr std::size_t max_identity_file = 64 * 1024;

bool is_there(const fs::path& file) {
  std::error_code fault;
  return fs::exists(fs::symlink_status(file, fault));
}

/// The public half of a key that stands in the home, made now if it is not there.
tl::expected<VerifyKey, Problem> public_half_of(const fs::path& secret, const SecretText& passphrase,
                                                unsigned log_n) {
  if (!is_there(secret)) {
    const auto key = SigningKey::generate();
    if (auto done = write_signing_key(key, secret, passphrase, log_n); !done)
      return tl::unexpected(done.error());
    return key.verify_key();
  }
  return read_public_key(fs::path(secret).replace_extension(".pub"));
}

/// One passphrase for all keys of a home: a second one, mistyped, would lock its owner out of one week.
tl::expected<SecretText, Problem> passphrase_of(const Home& home, const PassphraseSource& source) {
  if (!is_there(home.desk_secret())) return ask_new_passphrase(source, "these keys");
  auto passphrase = ask_passphrase(source, "these keys");
  if (!passphrase) return passphrase;
  if (const auto key = read_signing_key(home.desk_secret(), *passphrase, "these keys"); !key)
    return tl::unexpected(key.error());
  return passphrase;
}

/// A new identity in a file of its own; its public half.
tl::expected<HybridRecipient, Problem> make_identity(const fs::path& file, const SecretText& passphrase,
                                                     unsigned log_n) {
  const auto identity = crypto::age::HybridIdentity::generate();
  const auto bytes = crypto::age::write_identity_file(identity, passphrase, log_n);
  if (!bytes) return problem("There is not enough memory to protect the keys.");
  if (auto done = put(file, *bytes); !done) return tl::unexpected(done.error());
  return identity.recipient();
}

/// The public half of an identity that stands in a file.
tl::expected<HybridRecipient, Problem> recipient_of(const fs::path& file, const SecretText& passphrase) {
  const auto bytes = crypto::read_file(file, max_identity_file);
  const auto identities = bytes ? crypto::age::read_identity_file(*bytes, passphrase)
                                : tl::unexpected(crypto::age::IdentityFileFault::malformed);
  if (!identities || identities->size() != 1)
    return problem(fmt::format("{} cannot be unlocked, or is damaged.", file.string()), crypto::exit_no_key);
  return identities->front().recipient();
}

tl::expected<void, Problem> check(const NewWeeks& wanted) {
  if (!crypto::is_organisation_id(wanted.organisation))
    return problem("An organisation's id is 1 to 32 of a-z, 0-9 and '-'.", exit_usage);
  if (wanted.weeks < 1 || wanted.weeks > most_weeks_ahead)
    return problem("Keys are made for 1 to 8 weeks: what is not made yet cannot be seized.", exit_usage);
  const Week now(crypto::Date::today());
  if (wanted.first + std::chrono::weeks(wanted.weeks - 1) > now + std::chrono::weeks(most_weeks_ahead))
    return problem(fmt::format("Keys are made at most 8 weeks ahead: until {}.",
                               (now + std::chrono::weeks(most_weeks_ahead)).text()),
                   exit_usage);
  return {};
}

}  // namespace

tl::expected<VerifyKey, Problem> make_root(const Home& home, const PassphraseSource& passphrases,
                                           unsigned log_n) {
  if (auto done = home.make(); !done) return tl::unexpected(done.error());
  if (is_there(home.root_secret()))
    return problem(fmt::format("There is a root key already: {}.", home.root_secret().string()));
  const auto passphrase = ask_new_passphrase(passphrases, "the root key");
  if (!passphrase) return tl::unexpected(passphrase.error());
  const auto key = SigningKey::generate();
  if (auto done = write_signing_key(key, home.root_secret(), *passphrase, log_n); !done)
    return tl::unexpected(done.error());
  return key.verify_key();
}

tl::expected<MadeWeeks, Problem> make_weeks(const Home& home, const NewWeeks& wanted,
                                            const PassphraseSource& passphrases,
                                            const std::function<void(Week)>& progress) {
  if (auto sound = check(wanted); !sound) return tl::unexpected(sound.error());
  if (auto done = home.make(); !done) return tl::unexpected(done.error());
  const auto passphrase = passphrase_of(home, passphrases);
  if (!passphrase) return tl::unexpected(passphrase.error());
  const auto desk_key = public_half_of(home.desk_secret(), *passphrase, wanted.log_n);
  if (!desk_key) return tl::unexpected(desk_key.error());
  const auto answer_key = public_half_of(home.answer_secret(), *passphrase, wanted.log_n);
  if (!answer_key) return tl::unexpected(answer_key.error());
  for (const auto& folder : {home.folder() / "orgs", home.organisation(wanted.organisation)})
    if (auto done = home.make_folder(folder); !done) return tl::unexpected(done.error());

  MadeWeeks result;
  for (unsigned i = 0; i < wanted.weeks; ++i) {
    const Week week = wanted.first + std::chrono::weeks(i);
    const auto secret = home.identity(wanted.organisation, week);
    auto public_file = fs::path(secret).replace_extension(".json");
    if (is_there(secret) && is_there(public_file)) {
      result.present.push_back(week);
      continue;
    }
    if (is_there(public_file) && !is_there(secret))
      return problem(
          fmt::format("The keys of {} were here and are gone, destroyed or lost: a second set for the same "
                      "week would open nothing of it.",
                      week.text()));
    progress(week);
    // A secret file alone was left by a run that was cut off: its public half is made from it.
    const auto recipient = is_there(secret) ? recipient_of(secret, *passphrase)
                                            : make_identity(secret, *passphrase, wanted.log_n);
    if (!recipient) return tl::unexpected(recipient.error());
    const WeekKeys keys{
        week, {wanted.organisation, wanted.name, *recipient, *desk_key, *answer_key, wanted.board_slots}};
    if (auto done = put(public_file, crypto::bytes_of(write_week_keys(keys))); !done)
      return tl::unexpected(done.error());
    result.made.push_back(std::move(public_file));
  }
  return result;
}

}  // namespace sandyk::desk
