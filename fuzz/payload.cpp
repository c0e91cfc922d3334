// The rules of STREAM. The input is a script: how long the plaintext is, then what an attacker does to its
// sealed chunks, then what goes wrong on the way. What is released is exactly the chunks that are where their
// sealer put them, and the file opens to its end only when it is such chunks to its last; by both cipher
// libraries, with one thread or two. An untouched payload is what the streaming sealer writes too.
#include <algorithm>
#include <cstdlib>

#include "crypto/open/age/open.h"
#include "crypto/seal/age/header_mac.h"
#include "fuzz/fixed_keys.h"
#include "fuzz/sealed_chunks.h"
#include "fuzz/streams.h"

namespace {

using namespace sandyk;
using namespace sandyk::crypto;
using age::OpenFault;

/// The first bytes of a file whose file key is known; the payload's chunks follow.
struct Start {
  age::X25519Identity identity = age::X25519Identity::parse(fuzz::x25519_identity).value();
  age::PayloadNonce nonce{1, 2, 3};
  Bytes bytes;

  Start() {
    const auto stanza = identity.recipient().wrap(fuzz::known_file_key()).value();
    const std::string header = age::write_header({stanza}, fuzz::known_file_key());
    bytes.assign(header.begin(), header.end());
    bytes.insert(bytes.end(), nonce.begin(), nonce.end());
  }
};

const Start& start() {
  static const Start s;
  return s;
}

fuzz::SealedChunks& chunks() {
  static fuzz::SealedChunks c(age::payload_key(fuzz::known_file_key(), start().nonce));
  return c;
}

/// Numbers from the fuzzer; zeros when it has no more.
class Script {
 public:
  explicit Script(ByteView bytes) : reader_(bytes) {}
  std::size_t byte() {
    const auto b = reader_.take(1);
    return b ? (*b)[0] : 0;
  }
  std::size_t word() {
    const auto high = byte();
    return high << 8 | byte();
  }
  bool done() const { return reader_.done(); }

 private:
  Reader reader_;
};

/// Around the borders of a chunk and of what several threads share; now and then, since those cost a hundred
/// times as much, of the batches of 32.
std::size_t plain_size(Script& script) {
  constexpr std::array<std::size_t, 8> few_chunks = {0, 0, 0, 1, 1, 2, 7, 8};
  constexpr std::array<std::size_t, 5> many_chunks = {31, 32, 33, 63, 64};
  const auto choice = script.byte();
  const auto full =
      choice < many_chunks.size() ? many_chunks[choice] : few_chunks[choice % few_chunks.size()];
  const auto rest = script.word();
  return full * age::chunk_size + (rest == 0xffff ? age::chunk_size : rest);
}

std::vector<Bytes> seal(std::size_t size) {
  std::vector<Bytes> pieces;
  for (std::uint64_t counter = 0;; ++counter) {
    const auto n = std::min(size, age::chunk_size);
    size -= n;
    const auto chunk = chunks().sealed(counter, size == 0, n);
    pieces.emplace_back(chunk.begin(), chunk.end());
    if (size == 0) return pieces;
  }
}

/// One thing done to the chunks. Some leave them as they were.
void tamper(std::vector<Bytes>& pieces, Script& script) {
  const auto what = script.byte() % 8;
  if (pieces.empty()) return;
  const auto i = script.byte() % pieces.size(), j = script.byte() % pieces.size();
  const auto at = [&pieces](std::size_t n) { return pieces.begin() + static_cast<std::ptrdiff_t>(n); };
  Bytes& piece = pieces[i];
  switch (what) {
    case 0:
      pieces.erase(at(i));
      break;
    case 1:
      pieces.insert(at(j), Bytes(piece));
      break;
    case 2:
      std::swap(piece, pieces[j]);
      break;
    case 3:
      if (const auto where = script.word(); !piece.empty())
        piece[where % piece.size()] ^= static_cast<std::uint8_t>(1U << j % 8);
      break;
    case 4:  // cut short
      piece.resize(piece.size() - std::min(piece.size(), script.word()));
      break;
    case 5:
      piece.resize(piece.size() + 1 + script.byte());
      break;
    case 6: {  // as the holder of the key could: of any length, last or not
      const auto n = std::min(script.word() + 1, age::chunk_size);
      const auto chunk = chunks().sealed(i, j % 2 == 0, n);
      piece.assign(chunk.begin(), chunk.end());
      break;
    }
    case 7: {
      const auto chunk = chunks().sealed(i, j % 2 == 0, 0);
      piece.assign(chunk.begin(), chunk.end());
      break;
    }
  }
}

/// The whole file.
Bytes joined(const std::vector<Bytes>& pieces) {
  Bytes bytes = start().bytes;
  std::size_t size = bytes.size();
  for (const Bytes& piece : pieces) size += piece.size();
  bytes.reserve(size);
  for (const Bytes& piece : pieces) bytes.insert(bytes.end(), piece.begin(), piece.end());
  return bytes;
}

struct Opened {
  std::optional<OpenFault> fault;
  std::size_t released = 0;  // bytes; which, is looked at as they come
  bool operator==(const Opened&) const = default;

  void took(const tl::expected<void, OpenFault>& done) {
    if (!done) fault = done.error();
  }
};

/// What must become of it, by comparing with what the sealer writes, chunk for chunk.
Opened expected(ByteView payload) {
  Opened result{OpenFault::payload};
  for (std::uint64_t counter = 0;; ++counter) {
    const auto chunk = payload.first(std::min(payload.size(), age::sealed_chunk_size));
    payload = payload.subspan(chunk.size());
    const bool is_end = payload.empty();
    if (chunk.size() < age::tag_size || (chunk.size() == age::tag_size && counter > 0)) return result;
    const auto size = chunk.size() - age::tag_size;
    const auto is_sealed_as = [&](bool is_last) {
      const auto genuine = chunks().sealed(counter, is_last, size);
      return std::equal(chunk.begin(), chunk.end(), genuine.begin(), genuine.end());
    };
    const bool is_good = is_sealed_as(is_end);
    if (!is_good && (size < age::chunk_size || !is_sealed_as(!is_end))) return result;
    result.released += size;
    if (!is_good) return result;
    if (is_end) {
      result.fault.reset();
      return result;
    }
  }
}

/// Takes chunks, and no byte but those of the plaintext, in their order.
Sink sink_for(Opened& opened) {
  return [&opened](ByteView part) {
    const auto plain = chunks().plain(opened.released / age::chunk_size, part.size());
    if (opened.released % age::chunk_size != 0 || !std::equal(part.begin(), part.end(), plain.begin()))
      std::abort();
    opened.released += part.size();
    return true;
  };
}

Opened open_file(ByteView file) {
  static const std::array<age::Identity, 1> identities = {
      age::Identity(age::X25519Identity::parse(fuzz::x25519_identity).value())};
  Opened opened;
  opened.took(age::open(source_of(file), identities, sink_for(opened),
                        {age::Encoding::binary, {CipherLibrary::openssl, 2}}));
  return opened;
}

Opened open_payload(const Source& source, const CipherLibrary& library) {
  Opened opened;
  opened.took(age::open_payload(source, chunks().key(), sink_for(opened), {library, 1}));
  return opened;
}

/// A sink that says no is not called again; a source that fails ends in a fault. What was released until then
/// is the start of what would have been.
void stops_where_told(ByteView payload, const Opened& whole, Script& script) {
  Opened opened;
  std::size_t calls_left = script.byte() % 70;
  bool is_stopped = false;
  const Sink sink = [&, take = sink_for(opened)](ByteView part) {
    if (is_stopped) std::abort();
    is_stopped = calls_left-- == 0;
    return !is_stopped && take(part);
  };
  opened.took(age::open_payload(source_of(payload), chunks().key(), sink, {CipherLibrary::openssl, 2}));
  if (is_stopped != (opened.fault == OpenFault::sink) || opened.released > whole.released) std::abort();

  const Source source = fuzz::source_that_fails(payload, script.word() * payload.size() / 0xffff);
  const Opened broken = open_payload(source, CipherLibrary::sodium);
  if (!broken.fault || broken.released > whole.released) std::abort();
}

/// The same plaintext, written in pieces.
void sealer_writes_the_same(std::size_t size, ByteView payload, ByteView cuts) {
  const Sink sink = [&payload](ByteView part) {
    if (part.size() > payload.size() || !std::equal(part.begin(), part.end(), payload.begin())) std::abort();
    payload = payload.subspan(part.size());
    return true;
  };
  age::PayloadSealer sealer(age::payload_key(fuzz::known_file_key(), start().nonce), sink,
                            {CipherLibrary::openssl, 2});
  for (std::size_t at = 0, count = 0; at < size; ++count) {
    const auto in_chunk = at % age::chunk_size;
    const auto most = std::min(size - at, age::chunk_size - in_chunk);
    const auto n = std::min(most, 1021 + std::size_t{256} * cuts[count % cuts.size()]);
    const auto counter = at / age::chunk_size;
    if (!sealer.write(chunks().plain(counter, in_chunk + n).subspan(in_chunk))) std::abort();
    at += n;
  }
  if (!sealer.finish() || !payload.empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView bytes(data, size);
  Script script(bytes);
  const auto length = plain_size(script);
  auto pieces = seal(length);
  const auto steps = script.byte() % 8;
  for (std::size_t i = 0; i < steps; ++i) tamper(pieces, script);
  const Bytes file = joined(pieces);
  const auto payload = ByteView(file).subspan(start().bytes.size());

  const Opened whole = expected(payload);
  if (steps == 0 && whole != Opened{std::nullopt, length}) std::abort();
  if (open_file(file) != whole) std::abort();
  const CipherLibrary library = script.byte() % 2 == 0 ? CipherLibrary::sodium : CipherLibrary::gcrypt;
  if (open_payload(fuzz::source_in_pieces(payload, bytes), library) != whole) std::abort();
  stops_where_told(payload, whole, script);
  if (steps == 0) sealer_writes_the_same(length, payload, bytes);
  return 0;
}
