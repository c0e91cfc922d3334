// That no key, identity or passphrase is left anywhere in a process once it is done with them. A child does
// the work with the real library; here, with the child stopped, all of its memory is searched for what only
// this side knows. Each test first finds the secret while it is in use: the search itself is on trial too.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sodium.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "crypto/open/age/identity_file.h"
#include "crypto/open/receipt.h"
#include "crypto/open/signing.h"
#include "crypto/seal/age/armor.h"
#include "crypto/seal/age/header.h"
#include "crypto/seal/age/hpke.h"
#include "crypto/seal/bech32.h"
#include "crypto/seal/hkdf.h"
#include "crypto/seal/ids.h"
#include "crypto/seal/text_encoding.h"
#include "tests/crypto/memory_scan.h"
#include "tests/crypto/secrets_of_a_file.h"
#include "tests/crypto/support.h"

namespace sandyk::crypto {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t long_size = 5U << 20;  // three batches of chunks
constexpr std::uint64_t least_scanned = 1U << 20;

/// A pair of connected descriptors, closed with the object.
struct Pipe {
  Fd out, in;
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    out = Fd(ends[0]);
    in = Fd(ends[1]);
  }
};

/// The child, from its start to its end.
class Child {
 public:
  Child(const std::filesystem::path& folder, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {SANDYK_MEMORY_CHILD, folder.string()});
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to_child_.out.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, from_child_.in.get(), STDOUT_FILENO);
    const int fault = posix_spawn(&pid_, SANDYK_MEMORY_CHILD, &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (fault != 0) throw std::runtime_error("the child does not start");
    from_child_.in.close();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    end();
  }

  void tell(std::string_view text) { EXPECT_TRUE(write_all(to_child_.in.get(), bytes_of(text))); }

  /// What the child says next; empty at its end.
  std::string line() {
    std::string said;
    char c = 0;
    while (::read(from_child_.out.get(), &c, 1) == 1 && c != '\n') said += c;
    return said;
  }

  /// Whether it ended well.
  bool end() {
    int status = -1;
    if (pid_ > 0) ::waitpid(std::exchange(pid_, -1), &status, 0);
    return status == 0;
  }
  pid_t pid() const { return pid_; }

 private:
  Pipe to_child_, from_child_;
  pid_t pid_ = -1;
};

Bytes seal_to(const age::Recipient& recipient, ByteView plain) {
  Bytes sealed;
  const Sink into = [&](ByteView part) {
    sealed.insert(sealed.end(), part.begin(), part.end());
    return true;
  };
  EXPECT_TRUE(age::seal(source_of(plain), {&recipient, 1}, into));
  return sealed;
}

Bytes armored(ByteView sealed) {
  Bytes text;
  age::ArmorWriter armor([&](ByteView part) {
    text.insert(text.end(), part.begin(), part.end());
    return true;
  });
  EXPECT_TRUE(armor.write(sealed) && armor.finish());
  return text;
}

/// Somebody who can open a file, and what the child is told of it.
struct Holder {
  age::Identity identity;
  age::Recipient recipient;
  std::string told;
  std::string held;  ///< the name of what the child holds as long as it opens
};

Holder hybrid_holder() {
  auto identity = age::HybridIdentity::generate();
  const auto recipient = identity.recipient();
  std::string text(text_of(identity.text().expose()));
  return {std::move(identity), recipient, std::move(text), "X-Wing seed"};
}

Holder classic_holder() {
  auto identity = age::X25519Identity::generate();
  const auto recipient = identity.recipient();
  std::string text(text_of(identity.text().expose()));
  return {std::move(identity), recipient, std::move(text), "X25519 scalar"};
}

Holder passphrase_holder() {
  return {age::ScryptIdentity(secret(passphrase)), age::ScryptRecipient(secret(passphrase), quick_log_n),
          std::string(passphrase), "passphrase"};
}

std::vector<Holder> holders() {
  std::vector<Holder> all;
  all.push_back(hybrid_holder());
  all.push_back(classic_holder());
  all.push_back(passphrase_holder());
  return all;
}

struct Way {
  const char* library;
  const char* threads;
  std::size_t size;
  bool is_armored = false;
};
constexpr Way ways[] = {{"OpenSSL", "1", 1000},        {"libsodium", "1", 1000},
                        {"libgcrypt", "1", 1000},      {"OpenSSL", "2", long_size},
                        {"libsodium", "2", long_size}, {"libgcrypt", "2", long_size},
                        {"OpenSSL", "1", 1000, true}};

class SecretsInMemory : public testing::Test {
 protected:
  void SetUp() override {
#ifdef SANDYK_SANITIZED
    GTEST_SKIP() << "a sanitizer keeps freed memory back, adds terabytes of its own and changes the stack";
#endif
  }

  /// Runs the child to its end, telling it `told`. `secrets` says what it has had, from what it has written
  /// so far. Of these, all in `in_use` must be found when it stops midway, and none, nor a part, at the end.
  void expect_nothing_left(std::vector<std::string> arguments, const std::string& told,
                           const std::function<Needles()>& secrets, const std::vector<std::string>& in_use) {
    Child child(folder.path(), std::move(arguments));
    child.tell(told);
    ASSERT_EQ(child.line(), "using");
    const Scan during = scan_memory(child.pid(), secrets());
    for (const std::string& name : in_use) EXPECT_TRUE(during.found(name)) << name;
    child.tell("\n");
    ASSERT_EQ(child.line(), "done");
    const Scan after = scan_memory(child.pid(), secrets());
    EXPECT_THAT(after.finds, IsEmpty());
    EXPECT_GT(after.bytes, least_scanned);
    child.tell("\n");
    EXPECT_TRUE(child.end());
  }

  void expect_opening_leaves_nothing(const std::string& operation, const Holder& holder) {
    for (const Way& way : ways) {
      SCOPED_TRACE(testing::Message() << way.library << ", " << way.size << " bytes");
      const Bytes plain = pattern(way.size);
      const Bytes sealed = seal_to(holder.recipient, plain);
      folder.write("in", way.is_armored ? armored(sealed) : sealed);
      expect_nothing_left({operation, way.library, way.threads}, holder.told + "\n",
                          [&] { return secrets_of(holder.identity, sealed, plain); },
                          {holder.held, "file key", "payload key"});
      EXPECT_EQ(folder.read("out"), plain);
    }
  }

  void expect_sealing_leaves_nothing(const std::string& operation, const std::string& told,
                                     const Holder& holder) {
    for (const Way& way : ways) {
      SCOPED_TRACE(testing::Message() << way.library << ", " << way.size << " bytes");
      const Bytes plain = pattern(way.size);
      folder.write("in", plain);
      expect_nothing_left({operation, way.library, way.threads}, told,
                          [&] { return secrets_of(holder.identity, folder.read("out"), plain); },
                          {"payload key"});
    }
  }

  /// What the child was made to leave lies where it was put, and the scan finds it there.
  std::vector<std::string> places_of_planted(const std::string& where, const std::string& stops_at) {
    Child child(folder.path(), {"plant", where});
    const auto key = PayloadKey::random();
    child.tell(text_of(key.expose()));
    EXPECT_EQ(child.line(), stops_at);
    Needles needles;
    needles.add_key("planted", key.expose());
    return scan_memory(child.pid(), needles).places("planted");
  }

  TemporaryFolder folder;
};

TEST_F(SecretsInMemory, TheSearchFindsAKeyInGuardedMemory) {
  EXPECT_THAT(places_of_planted("guarded", "using"), ElementsAre(""));
}

TEST_F(SecretsInMemory, TheSearchFindsAKeyInAString) {
  EXPECT_THAT(places_of_planted("string", "using"), ElementsAre("[heap]"));
}

TEST_F(SecretsInMemory, TheSearchFindsAKeyInFreedMemory) {
  EXPECT_THAT(places_of_planted("freed", "done"), ElementsAre("[heap]"));
}

TEST_F(SecretsInMemory, TheSearchFindsAKeyOnTheDeadStack) {
  EXPECT_THAT(places_of_planted("stack", "done"), ElementsAre("[stack]"));
}

TEST_F(SecretsInMemory, TheSearchFindsNothingWhereNothingWas) {
  Child child(folder.path(), {"do-nothing"});
  ASSERT_EQ(child.line(), "done");
  const Holder holder = hybrid_holder();
  const Bytes plain = pattern(1000);
  const Scan scan =
      scan_memory(child.pid(), secrets_of(holder.identity, seal_to(holder.recipient, plain), plain));
  EXPECT_THAT(scan.finds, IsEmpty());
  EXPECT_GT(scan.bytes, least_scanned);
}

TEST_F(SecretsInMemory, OpeningWithAHybridIdentityLeavesNothing) {
  expect_opening_leaves_nothing("open-with-identity", hybrid_holder());
}

TEST_F(SecretsInMemory, OpeningWithAnX25519IdentityLeavesNothing) {
  expect_opening_leaves_nothing("open-with-identity", classic_holder());
}

TEST_F(SecretsInMemory, OpeningWithAPassphraseLeavesNothing) {
  expect_opening_leaves_nothing("open-with-passphrase", passphrase_holder());
}

TEST_F(SecretsInMemory, SealingToAHybridRecipientLeavesNothing) {
  const Holder holder = hybrid_holder();
  folder.write("recipient", bytes_of(std::get<age::HybridRecipient>(holder.recipient).text()));
  expect_sealing_leaves_nothing("seal-to-recipient", "", holder);
}

TEST_F(SecretsInMemory, SealingToAnX25519RecipientLeavesNothing) {
  const Holder holder = classic_holder();
  folder.write("recipient", bytes_of(std::get<age::X25519Recipient>(holder.recipient).text()));
  expect_sealing_leaves_nothing("seal-to-recipient", "", holder);
}

TEST_F(SecretsInMemory, SealingWithAPassphraseLeavesNothing) {
  expect_sealing_leaves_nothing("seal-with-passphrase", std::string(passphrase) + "\n", passphrase_holder());
}

TEST_F(SecretsInMemory, UnwrappingLeavesNothing) {
  const Bytes plain = pattern(1000);
  for (const Holder& holder : holders()) {
    const Bytes sealed = seal_to(holder.recipient, plain);
    folder.write("in", sealed);
    const bool is_passphrase = holder.held == "passphrase";
    SCOPED_TRACE(holder.held);
    expect_nothing_left({is_passphrase ? "unwrap-with-passphrase" : "unwrap-with-identity"},
                        holder.told + "\n", [&] { return secrets_of(holder.identity, sealed, plain); },
                        {holder.held, "file key"});
  }
}

TEST_F(SecretsInMemory, WrappingLeavesNothing) {
  const Bytes plain = pattern(1000);
  for (const Holder& holder : holders()) {
    const bool is_passphrase = holder.held == "passphrase";
    if (const auto* r = std::get_if<age::HybridRecipient>(&holder.recipient))
      folder.write("recipient", bytes_of(r->text()));
    if (const auto* r = std::get_if<age::X25519Recipient>(&holder.recipient))
      folder.write("recipient", bytes_of(r->text()));
    SCOPED_TRACE(holder.held);
    expect_nothing_left({is_passphrase ? "wrap-with-passphrase" : "wrap-for-recipient"},
                        is_passphrase ? holder.told + "\n" : "",
                        [&] { return secrets_of(holder.identity, folder.read("out"), plain); }, {"file key"});
  }
}

TEST_F(SecretsInMemory, FindingTheRecipientOfAnIdentityLeavesNothing) {
  const Holder holder = hybrid_holder();
  expect_nothing_left({"find-recipient"}, holder.told + "\n",
                      [&] {
                        Needles needles;
                        add_identity(needles, std::get<age::HybridIdentity>(holder.identity));
                        return needles;
                      },
                      {"X-Wing seed"});
}

/// What an identity file under the passphrase has in it, and what opens it.
Needles secrets_of_identity_file(ByteView file) {
  const auto identities = age::read_identity_file(file, secret(passphrase)).value();
  Needles needles;
  const age::Header header = age::parse_header(file).value();
  const auto file_key = age::unwrap_with_passphrase(header.stanzas, secret(passphrase)).value();
  add_file_key(needles, file_key.value(), file, header);
  add_passphrase(needles, header.stanzas.front());
  add_identity(needles, identities.front());
  return needles;
}

TEST_F(SecretsInMemory, OpeningWithAnIdentityFileLeavesNothing) {
  const Holder holder = hybrid_holder();
  const auto& identity = std::get<age::HybridIdentity>(holder.identity);
  const Bytes plain = pattern(1000);
  const Bytes sealed = seal_to(holder.recipient, plain);
  const Bytes identity_file = age::write_identity_file(identity, secret(passphrase), quick_log_n).value();
  folder.write("in", sealed);
  folder.write("identities", identity_file);
  const auto secrets = [&] {
    Needles needles = secrets_of(holder.identity, sealed, plain);
    needles.add(secrets_of_identity_file(identity_file));
    return needles;
  };
  expect_nothing_left({"open-with-identity-file"}, std::string(passphrase) + "\n", secrets, {"X-Wing seed"});
  EXPECT_EQ(folder.read("out"), plain);
}

TEST_F(SecretsInMemory, MakingAnIdentityFileLeavesNothing) {
  expect_nothing_left({"make-identity-file"}, std::string(passphrase) + "\n",
                      [&] { return secrets_of_identity_file(folder.read("out")); },
                      {"X-Wing seed", "passphrase"});
}

/// What a minisign key file under the passphrase has in it. Its mask is scrypt's output.
Needles secrets_of_key_file(ByteView file) {
  Needles needles;
  needles.add_text("passphrase", passphrase);
  Reader lines(file);
  (void)lines.take_line();
  const Bytes key = from_base64(lines.take_line().value(), Base64::padded).value();
  constexpr std::size_t head = 6, masked = 8 + 64 + 32;
  const auto salt = ByteView(key).subspan(head, crypto_pwhash_scryptsalsa208sha256_SALTBYTES);
  Bytes mask(masked);
  EXPECT_EQ(crypto_pwhash_scryptsalsa208sha256(mask.data(), mask.size(), passphrase.data(), passphrase.size(),
                                               salt.data(), SigningKey::quick.work, SigningKey::quick.memory),
            0);
  needles.add_key("minisign mask", mask);
  Bytes pair = mask;
  for (std::size_t i = 0; i < masked; ++i) pair[i] ^= key[key.size() - masked + i];
  add_signing_seed(needles, "signing seed", ByteView(pair).subspan(8, 32));
  return needles;
}

TEST_F(SecretsInMemory, SigningLeavesNothing) {
  const auto key = SigningKey::generate();
  const SecretText file = key.write(secret(passphrase), SigningKey::quick).value();
  folder.write("key", file.expose());
  expect_nothing_left({"sign"}, std::string(passphrase) + "\n",
                      [&] { return secrets_of_key_file(file.expose()); }, {"signing seed", "passphrase"});
  EXPECT_TRUE(
      verify(key.verify_key(), bytes_of("message"), folder.text("out"), SignedKind::statement, "site"));
}

TEST_F(SecretsInMemory, MakingASigningKeyLeavesNothing) {
  expect_nothing_left({"make-signing-key"}, std::string(passphrase) + "\n",
                      [&] { return secrets_of_key_file(folder.read("out")); },
                      {"signing seed", "passphrase"});
}

/// A receipt code and all that follows from it (docs/formats.md, "Receipt").
Needles secrets_of_receipt(std::string_view grouped, const VerifyKey& root) {
  Needles needles;
  const auto code = ReceiptCode::parse(grouped).value();
  needles.add_text("receipt", text_of(code.expose()));
  needles.add_text("grouped receipt", grouped);
  Sha256 hash;
  hash.add(bytes_of("sandyk/receipt/1"));
  hash.add(root.key());
  const Digest salt = hash.finish();
  std::array<std::uint8_t, 32> stretched;
  const auto digits = text_of(code.expose());
  EXPECT_EQ(crypto_pwhash(stretched.data(), stretched.size(), digits.data(), digits.size(),
                          salt.bytes().data(), 2, 19 << 20, crypto_pwhash_ALG_ARGON2ID13),
            0);
  needles.add_key("stretched receipt", stretched);
  add_prk(needles, "receipt's PRK", {}, stretched);
  const ThreadKeys keys = derive_thread_keys(code, root);
  needles.add_key("reply key", keys.reply_key.expose());
  add_signing_seed(needles, "thread seed", keys.seed.expose());
  return needles;
}

TEST_F(SecretsInMemory, UsingAReceiptLeavesNothing) {
  const auto root = SigningKey::generate().verify_key();
  folder.write("root.pub", bytes_of(root.file()));
  const std::string grouped(text_of(ReceiptCode::random().grouped().expose()));
  expect_nothing_left({"use-receipt"}, grouped + "\n", [&] { return secrets_of_receipt(grouped, root); },
                      {"receipt", "grouped receipt", "reply key", "thread seed"});
}

TEST_F(SecretsInMemory, MakingAReceiptLeavesNothing) {
  const auto root = SigningKey::generate().verify_key();
  folder.write("root.pub", bytes_of(root.file()));
  expect_nothing_left({"make-receipt"}, "", [&] { return secrets_of_receipt(folder.text("out"), root); },
                      {"receipt", "reply key", "thread seed"});
}

}  // namespace
}  // namespace sandyk::crypto
