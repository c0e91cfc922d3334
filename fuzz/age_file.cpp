// Whole age files, opened with the identities of the public vectors. Both cipher libraries, any cutting of
// the source, and the armored form of the file lead to the same result and the same plaintext; what is
// released on a fault is whole chunks; and the MAC is right or the file does not open. Since no fuzzer
// guesses a MAC, the header is tried a second time with the right one.
#include <algorithm>
#include <cstdlib>

#include "crypto/open/age/armor.h"
#include "crypto/open/age/open.h"
#include "crypto/seal/age/armor.h"
#include "crypto/seal/age/header_mac.h"
#include "fuzz/fixed_keys.h"
#include "fuzz/streams.h"

namespace {

using namespace sandyk;
using namespace sandyk::crypto;
using age::Encoding;
using age::OpenFault;

struct Opened {
  std::optional<OpenFault> fault;
  Bytes plain;
  bool operator==(const Opened&) const = default;
};

Opened open(const Source& source, Encoding encoding, age::Effort effort) {
  static const std::array<age::Identity, 2> identities = {
      age::Identity(age::HybridIdentity::parse(fuzz::hybrid_identity).value()),
      age::Identity(age::X25519Identity::parse(fuzz::x25519_identity).value())};
  Opened opened;
  const auto done = age::open(source, identities, fuzz::gather(opened.plain), {encoding, effort});
  if (!done) opened.fault = done.error();
  return opened;
}

std::string armored(ByteView binary) {
  Bytes text;
  age::ArmorWriter writer(fuzz::gather(text));
  if (!writer.write(binary) || !writer.finish()) std::abort();
  return std::string(text_of(text));
}

/// Text that is read whole before anything is opened: malformed, it is that and nothing else; else it opens
/// as the binary file does.
void check_armored(ByteView text, const Opened& opened) {
  const Source source = source_of(text);
  age::ArmorReader armor(source);
  Bytes binary(text.size());
  const auto n = fill(std::ref(armor), binary);
  if (!n) {
    if (opened != Opened{OpenFault::armor, {}}) std::abort();
    return;
  }
  binary.resize(*n);
  if (open(source_of(binary), Encoding::binary, {CipherLibrary::sodium, 1}) != opened) std::abort();
}

void releases_whole_chunks(const Opened& opened, std::size_t sealed_size) {
  if (opened.plain.size() > sealed_size) std::abort();
  if (!opened.fault || opened.plain.empty()) return;
  const bool may_release = opened.fault == OpenFault::payload || opened.fault == OpenFault::armor;
  if (!may_release || opened.plain.size() % age::chunk_size != 0) std::abort();
}

/// The file with its own stanzas under the MAC that belongs to them.
Bytes with_right_mac(ByteView file, const age::Header& header) {
  const std::string text = age::write_header(header.stanzas, fuzz::known_file_key());
  Bytes bytes(text.begin(), text.end());
  const auto rest = file.subspan(header.size);
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  return bytes;
}

void check_binary(ByteView file, const Opened& opened) {
  const auto header = age::parse_header(file);
  if (!header) {
    if (opened.fault != OpenFault::header) std::abort();
    return;
  }
  const Bytes right = with_right_mac(file, *header);
  const bool is_right = std::equal(right.begin(), right.end(), file.begin(), file.end());
  const Opened again = open(source_of(right), Encoding::binary, {CipherLibrary::sodium, 1});
  releases_whole_chunks(again, right.size());
  if (again.fault == OpenFault::mac || (is_right && again != opened)) std::abort();
  const bool is_past_mac = !opened.fault || opened.fault == OpenFault::payload;
  if (is_past_mac && !is_right) std::abort();
  if ((opened.fault == OpenFault::no_match) != (again.fault == OpenFault::no_match)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView file(data, size);
  const Opened opened = open(source_of(file), Encoding::either, {CipherLibrary::openssl, 1});
  releases_whole_chunks(opened, size);
  const auto in_pieces = fuzz::source_in_pieces(file, file);
  if (open(in_pieces, Encoding::either, {CipherLibrary::sodium, 2}) != opened) std::abort();

  const bool is_armored =
      age::looks_armored(file.first(std::min(size, age::max_armor_white_space + age::armor_begin.size())));
  if (is_armored) {
    if (open(source_of(file), Encoding::armor, {CipherLibrary::openssl, 1}) != opened) std::abort();
    if (size < age::max_header_size) check_armored(file, opened);
    return 0;
  }
  const std::string text = armored(file);
  if (open(source_of(bytes_of(text)), Encoding::armor, {CipherLibrary::openssl, 1}) != opened) std::abort();
  check_binary(file, opened);
  return 0;
}
