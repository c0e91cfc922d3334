#include "tests/crypto/age/interop.h"

#include <gtest/gtest.h>

#include <fstream>

#include "crypto/open/age/armor.h"
#include "crypto/open/age/file.h"
#include "crypto/seal/age/file.h"
#include "crypto/seal/age/header_mac.h"
#include "tests/crypto/support.h"

namespace sandyk::crypto::age {
namespace {

using To = InteropCase::To;

const std::vector<std::size_t> small_sizes = {0, 1, chunk_size, chunk_size + 1};
const std::vector<std::size_t> large_size = {100U << 20};

Recipient recipient_of(const Identity& identity) {
  if (auto recipient = parse_recipient(recipient_text(identity))) return std::move(*recipient);
  return ScryptRecipient(secret(interop_passphrase), quick_log_n);
}

Identity new_identity(To to) {
  switch (to) {
    case To::hybrid:
      return HybridIdentity::generate();
    case To::x25519:
      return X25519Identity::generate();
    case To::passphrase:
      break;
  }
  return ScryptIdentity(secret(interop_passphrase));
}

/// The files of a case in a folder, and our half of the work on them.
class Exchange {
 public:
  explicit Exchange(const InteropCase& how) : how_(how) {
    for (std::size_t i = 0; i < how.recipients; ++i) identities_.push_back(new_identity(how.to));
    for (const std::size_t size : how.sizes) {
      names_.push_back(std::to_string(size));
      folder_.write(names_.back(), pattern(size));
    }
    std::string recipients;
    for (const Identity& identity : identities_) recipients += recipient_text(identity) + '\n';
    folder_.write("recipients", bytes_of(recipients));
  }

  std::string names() const {
    std::string all;
    for (const std::string& name : names_) all += name + ' ';
    return all;
  }

  void seal(const std::string& name) const {
    std::vector<Recipient> recipients;
    for (const Identity& identity : identities_) recipients.push_back(recipient_of(identity));
    ASSERT_TRUE(seal_file(path(name), {path(name + ".age"), how_.is_armored}, recipients)) << name;
  }
  void seal_all() const {
    for (const std::string& name : names_) seal(name);
  }

  void runs(const std::string& command) const { ASSERT_TRUE(folder_.runs(command)) << folder_.text("said"); }

  /// In the encoding that was asked for, which opening does not tell: it takes either.
  void expect_encoding() const {
    for (const std::string& name : names_) {
      Bytes start(armor_begin.size());
      std::ifstream(path(name + ".age"), std::ios::binary)
          .read(reinterpret_cast<char*>(start.data()), static_cast<std::streamsize>(start.size()));
      EXPECT_EQ(looks_armored(start), how_.is_armored) << name;
    }
  }

  void expect_we_open() const {
    for (const Identity* identity : outermost()) {
      for (const std::string& name : names_)
        ASSERT_TRUE(open_file(path(name + ".age"), path(name + ".opened"), std::span(identity, 1))) << name;
      expect_opened();
    }
  }

  void expect_opens(const OtherAge& other) const {
    for (const Identity* identity : outermost()) {
      folder_.write("identity", identity_text(*identity).expose());
      runs(other.open(how_, names()));
      expect_opened();
    }
  }

  /// Writes the header of a binary file anew, with stanzas that nobody knows before, between and behind its
  /// own.
  void add_unknown_stanzas(const std::string& name) const {
    const Bytes file = folder_.read(name + ".age");
    const auto header = parse_header(file).value();
    const auto file_key = unwrap(identities_, header.stanzas).value();
    ASSERT_TRUE(file_key);
    std::vector<Stanza> stanzas = {{{"without-body"}, {}}};
    for (const Stanza& own : header.stanzas) {
      stanzas.push_back(own);
      stanzas.push_back({{"!-grease", "~", "{\\}"}, pattern(48)});  // a full line, so an empty one follows
    }
    stanzas.push_back({{"x"}, pattern(1000)});
    Bytes greased;
    const std::string text = write_header(stanzas, *file_key);
    greased.assign(text.begin(), text.end());
    greased.insert(greased.end(), file.begin() + static_cast<std::ptrdiff_t>(header.size), file.end());
    folder_.write(name + ".age", greased);
  }

 private:
  std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }

  /// The first and the last, if there are more than one; of a large file, for the time it takes, the last.
  std::vector<const Identity*> outermost() const {
    if (identities_.size() == 1 || how_.sizes == large_size) return {&identities_.back()};
    return {&identities_.front(), &identities_.back()};
  }

  /// The opened files are the plaintexts; then they go, so that the next who opens cannot pass by doing
  /// nothing.
  void expect_opened() const {
    runs("for f in " + names() + "; do cmp $f $f.opened && rm $f.opened || exit 1; done");
  }

  const InteropCase& how_;
  TemporaryFolder folder_;
  std::vector<std::string> names_;
  std::vector<Identity> identities_;
};

}  // namespace

std::vector<Identity> one_identity_of_each_kind() {
  std::vector<Identity> identities;
  identities.push_back(HybridIdentity::generate());
  identities.push_back(X25519Identity::generate());
  return identities;
}

SecretText identity_text(const Identity& identity) {
  if (const auto* hybrid = std::get_if<HybridIdentity>(&identity)) return hybrid->text();
  if (const auto* classic = std::get_if<X25519Identity>(&identity)) return classic->text();
  return secret("");
}

std::string recipient_text(const Identity& identity) {
  if (const auto* hybrid = std::get_if<HybridIdentity>(&identity)) return hybrid->recipient().text();
  if (const auto* classic = std::get_if<X25519Identity>(&identity)) return classic->recipient().text();
  return "";
}

std::ostream& operator<<(std::ostream& out, const InteropCase& how) {
  return out << how.name;
}

std::vector<InteropCase> interop_cases() {
  std::vector<InteropCase> cases;
  for (const bool is_armored : {false, true}) {
    const std::string as = is_armored ? "Armored" : "";
    cases.push_back({"ToAHybridRecipient" + as, To::hybrid, 1, is_armored, small_sizes});
    cases.push_back({"ToTwentyHybridRecipients" + as, To::hybrid, 20, is_armored, small_sizes});
    cases.push_back({"ToAnX25519Recipient" + as, To::x25519, 1, is_armored, small_sizes});
    cases.push_back({"ToTwentyX25519Recipients" + as, To::x25519, 20, is_armored, small_sizes});
    cases.push_back({"ToAPassphrase" + as, To::passphrase, 1, is_armored, small_sizes});
  }
  cases.push_back({"AHundredMiBToAHybridRecipient", To::hybrid, 1, false, large_size});
  cases.push_back({"AHundredMiBToTwentyX25519Recipients", To::x25519, 20, false, large_size});
  cases.push_back({"AHundredMiBToAPassphraseArmored", To::passphrase, 1, true, large_size});
  return cases;
}

void expect_opens_what_we_seal(const OtherAge& other, const InteropCase& how) {
  const Exchange files(how);
  files.seal_all();
  files.expect_encoding();
  files.expect_opens(other);
}

void expect_seals_what_we_open(const OtherAge& other, const InteropCase& how) {
  const Exchange files(how);
  files.runs(other.seal(how, files.names()));
  files.expect_encoding();
  files.expect_we_open();
}

void expect_passes_over_unknown_stanzas(const OtherAge& other, To to) {
  const std::size_t ours = 1, theirs = chunk_size + 1;
  const InteropCase how = {"", to, 2, false, {ours, theirs}};
  const Exchange files(how);
  files.seal(std::to_string(ours));
  files.runs(other.seal(how, std::to_string(theirs)));
  for (const std::size_t size : how.sizes) files.add_unknown_stanzas(std::to_string(size));
  files.expect_opens(other);
  files.expect_we_open();
}

}  // namespace sandyk::crypto::age
