// The program whose memory secrets_in_memory_test.cpp looks at. It does one thing that uses secrets, as the
// real programs do it, stops once while it does and once when all is done and let go, and says so each time.
// Secrets reach it through standard input alone, files through the folder it is given.
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "crypto/open/age/identity_file.h"
#include "crypto/open/age/open.h"
#include "crypto/open/receipt.h"
#include "crypto/open/signing.h"
#include "crypto/seal/age/header_mac.h"
#include "crypto/seal/age/seal.h"
#include "crypto/seal/file.h"
#include "crypto/seal/process.h"

namespace sandyk::crypto {
namespace {

using Arguments = std::span<char*>;

/// Ends the program when something did not work; the test then hears nothing of it.
template <class Outcome>
void must(const Outcome& outcome) {
  if (!outcome) std::exit(1);
}

/// Says `word`, and waits until the test has looked.
void stop(std::string_view word) {
  std::uint8_t go = 0;
  if (!write_all(STDOUT_FILENO, bytes_of(word)) || ::read(STDIN_FILENO, &go, 1) != 1) std::exit(1);
}

/// A line of standard input, taken as the desk takes a passphrase: byte by byte, in wiped memory.
SecretText read_secret() {
  WipedBytes line;
  line.reserve(1024);
  std::uint8_t byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) == 1 && byte != '\n') line.push_back(byte);
  return SecretText(line);
}

std::filesystem::path folder;

Bytes file(const char* name) {
  return read_file(folder / name, 64U << 20).value();
}

/// The file `out`, which the test reads while it grows. The program stops when the first plaintext or payload
/// reaches it.
class Output {
 public:
  /// `silent` pieces go by before: the header and the nonce of a sealed file.
  explicit Output(int silent) : silent_(silent) {}
  Sink sink() {
    return [this](ByteView part) {
      if (silent_-- == 0) stop("using\n");
      return write_all(fd_.get(), part).has_value();
    };
  }

 private:
  Fd fd_{::open((folder / "out").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
  int silent_;
};

age::Effort effort_from(Arguments arguments) {
  age::Effort effort;
  for (const auto& library : {CipherLibrary::sodium, CipherLibrary::openssl, CipherLibrary::gcrypt})
    if (library.name() == arguments[0]) effort.library = library;
  effort.threads = static_cast<unsigned>(std::atoi(arguments[1]));
  return effort;
}

void open_with(std::span<const age::Identity> identities, age::Effort effort) {
  const Fd in = open_for_reading(folder / "in").value();
  Output out(0);
  must(age::open(source_of(in.get()), identities, out.sink(), {age::Encoding::either, effort}));
}

void open_with_identity(Arguments arguments) {
  std::vector<age::Identity> identities;
  {
    const SecretText line = read_secret();
    identities.push_back(age::parse_identity(text_of(line.expose())).value());
  }
  open_with(identities, effort_from(arguments));
}

void open_with_passphrase(Arguments arguments) {
  std::vector<age::Identity> identities;
  identities.emplace_back(age::ScryptIdentity(read_secret()));
  open_with(identities, effort_from(arguments));
}

void open_with_identity_file(Arguments) {
  const auto identities = age::read_identity_file(file("identities"), read_secret()).value();
  const Bytes sealed = file("in");
  const auto plain = age::open_small(sealed, identities, sealed.size()).value();
  stop("using\n");
  must(write_file(folder / "out", plain));
}

/// The header of a file is written or read, and nothing more: what comes after covers much of the stack.
void unwrap(std::span<const age::Identity> identities) {
  const Bytes sealed = file("in");
  const auto header = age::parse_header(sealed).value();
  const auto file_key = age::unwrap(identities, header.stanzas).value().value();
  stop("using\n");
}

void unwrap_with_identity(Arguments) {
  std::vector<age::Identity> identities;
  {
    const SecretText line = read_secret();
    identities.push_back(age::parse_identity(text_of(line.expose())).value());
  }
  unwrap(identities);
}

void unwrap_with_passphrase(Arguments) {
  std::vector<age::Identity> identities;
  identities.emplace_back(age::ScryptIdentity(read_secret()));
  unwrap(identities);
}

void wrap(std::span<const age::Recipient> recipients) {
  const auto file_key = FileKey::random();
  const auto stanzas = age::wrap_for(recipients, file_key).value();
  must(write_file(folder / "out", bytes_of(age::write_header(stanzas, file_key))));
  stop("using\n");
}

void wrap_for_recipient(Arguments) {
  const std::array<age::Recipient, 1> recipients = {age::parse_recipient(text_of(file("recipient"))).value()};
  wrap(recipients);
}

void wrap_with_passphrase(Arguments) {
  const std::array<age::Recipient, 1> recipients = {age::ScryptRecipient(read_secret(), 10)};
  wrap(recipients);
}

void find_recipient(Arguments) {
  const SecretText line = read_secret();
  const auto identity = age::HybridIdentity::parse(text_of(line.expose())).value();
  must(write_file(folder / "out", bytes_of(identity.recipient().text())));
  stop("using\n");
}

void make_identity_file(Arguments) {
  const auto identity = age::HybridIdentity::generate();
  const SecretText passphrase = read_secret();
  must(write_file(folder / "out", age::write_identity_file(identity, passphrase, 10).value()));
  stop("using\n");
}

void seal_to(std::span<const age::Recipient> recipients, age::Effort effort) {
  const Fd in = open_for_reading(folder / "in").value();
  Output out(2);
  must(age::seal(source_of(in.get()), recipients, out.sink(), effort));
}

void seal_to_recipient(Arguments arguments) {
  const std::array<age::Recipient, 1> recipients = {age::parse_recipient(text_of(file("recipient"))).value()};
  seal_to(recipients, effort_from(arguments));
}

void seal_with_passphrase(Arguments arguments) {
  const std::array<age::Recipient, 1> recipients = {age::ScryptRecipient(read_secret(), 10)};
  seal_to(recipients, effort_from(arguments));
}

void sign(Arguments) {
  const Bytes key_file = file("key");
  const SecretText passphrase = read_secret();
  const auto key = SigningKey::read(text_of(key_file), passphrase).value();
  const std::string signature = key.sign(bytes_of("message"), SignedKind::statement, "site", "1");
  must(write_file(folder / "out", bytes_of(signature)));
  stop("using\n");
}

void make_signing_key(Arguments) {
  const auto key = SigningKey::generate();
  const SecretText passphrase = read_secret();
  must(write_file(folder / "out", key.write(passphrase, SigningKey::quick).value().expose()));
  stop("using\n");
}

VerifyKey root() {
  return VerifyKey::parse(text_of(file("root.pub"))).value();
}

void use_receipt(Arguments) {
  const SecretText typed = read_secret();
  const auto code = ReceiptCode::parse(text_of(typed.expose())).value();
  const ThreadKeys keys = derive_thread_keys(code, root());
  must(write_file(folder / "out", keys.sign(bytes_of("message"))));
  stop("using\n");
}

void make_receipt(Arguments) {
  const auto code = ReceiptCode::random();
  const ThreadKeys keys = derive_thread_keys(code, root());
  must(write_file(folder / "out", code.grouped().expose()));
  stop("using\n");
}

using Planted = Secret<struct PlantedKind, 32>;

/// Takes a key of 32 bytes straight to where it is to stand.
void take_key(void* to) {
  if (::read(STDIN_FILENO, to, Planted::size) != static_cast<ssize_t>(Planted::size)) std::exit(1);
}

[[gnu::noinline]] void plant_on_the_stack() {
  std::array<std::uint8_t, 4096> deep;
  take_key(&deep[1024]);
}

// Four places that a careless program leaves a key in; the scan must find each.
void plant(Arguments arguments) {
  const std::string_view where = arguments[0];
  if (where == "guarded") {
    const auto key = Planted::make([](auto out) { take_key(out.data()); });
    stop("using\n");
  } else if (where == "string") {
    std::string key(Planted::size, '\0');
    take_key(key.data());
    stop("using\n");
  } else if (where == "freed") {
    constexpr std::size_t behind_what_the_allocator_writes = 256;
    auto* block = static_cast<std::uint8_t*>(std::malloc(1024));
    take_key(block + behind_what_the_allocator_writes);
    std::free(block);
  } else {
    plant_on_the_stack();
  }
}

void do_nothing(Arguments) {}

using Operation = void (*)(Arguments);
constexpr std::pair<std::string_view, Operation> operations[] = {
    {"open-with-identity", open_with_identity},
    {"open-with-passphrase", open_with_passphrase},
    {"open-with-identity-file", open_with_identity_file},
    {"make-identity-file", make_identity_file},
    {"seal-to-recipient", seal_to_recipient},
    {"seal-with-passphrase", seal_with_passphrase},
    {"unwrap-with-identity", unwrap_with_identity},
    {"unwrap-with-passphrase", unwrap_with_passphrase},
    {"wrap-for-recipient", wrap_for_recipient},
    {"wrap-with-passphrase", wrap_with_passphrase},
    {"find-recipient", find_recipient},
    {"sign", sign},
    {"make-signing-key", make_signing_key},
    {"use-receipt", use_receipt},
    {"make-receipt", make_receipt},
    {"plant", plant},
    {"do-nothing", do_nothing},
};

int run(Arguments arguments) {
  start_process();
  prctl(PR_SET_DUMPABLE, 1);  // what start_process() forbids: that a process of the same user looks
  folder = arguments[1];
  for (const auto& [name, operation] : operations) {
    if (name != arguments[2]) continue;
    operation(arguments.subspan(3));
    stop("done\n");
    return 0;
  }
  return 2;
}

}  // namespace
}  // namespace sandyk::crypto

int main(int argc, char** argv) {
  return sandyk::crypto::run({argv, static_cast<std::size_t>(argc)});
}
