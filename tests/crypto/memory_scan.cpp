#include "tests/crypto/memory_scan.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <map>
#include <ostream>
#include <set>
#include <sstream>
#include <stdexcept>

#include "crypto/seal/file.h"
#include "crypto/seal/text_encoding.h"

namespace sandyk::crypto {
namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t block = 256 * page;
constexpr std::size_t longest_piece = 16;
constexpr std::uint8_t inner_pad = 0x36, outer_pad = 0x5c;  // HMAC (RFC 2104)

Bytes padded(ByteView bytes, std::uint8_t pad) {
  Bytes out(bytes.begin(), bytes.end());
  for (std::uint8_t& b : out) b ^= pad;
  return out;
}

Bytes with_words_turned(ByteView bytes) {
  Bytes out(bytes.begin(), bytes.end());
  for (std::size_t i = 0; i + 4 <= out.size(); i += 4) std::reverse(&out[i], &out[i] + 4);
  return out;
}

/// Base64 of `bytes` where `before` others stand before them, without the characters that these share.
std::string base64_behind(ByteView bytes, std::size_t before, Base64 variant) {
  Bytes all(before, 0);
  all.insert(all.end(), bytes.begin(), bytes.end());
  std::string text = to_base64(all, variant);
  text.erase(0, before == 0 ? 0 : before + 1);
  if (all.size() % 3 != 0) text.pop_back();
  return text;
}

/// Where a piece of a needle begins, by its first four bytes.
struct Piece {
  std::size_t needle, offset, size;
};
class Pieces {
 public:
  explicit Pieces(const Needles& needles) : needles_(needles.all()), by_start_(buckets) {
    for (std::size_t i = 0; i < needles_.size(); ++i) {
      const auto& [name, bytes, least] = needles_[i];
      for (std::size_t at = 0; at + least <= bytes.size(); at += least) add({i, at, least});
      if (bytes.size() % least != 0 && bytes.size() > least) add({i, bytes.size() - least, least});
    }
  }

  /// Calls `hit` with each piece that stands in `text`, and where.
  template <class Hit>
  void find(ByteView text, Hit&& hit) const {
    for (std::size_t at = 0; at + start_size <= text.size(); ++at)
      for (const Piece& piece : by_start_[key(text.subspan(at))])
        if (piece.size <= text.size() - at && std::equal(bytes(piece), bytes(piece) + piece.size, &text[at]))
          hit(piece, at);
  }

 private:
  static constexpr std::size_t start_size = 4, buckets = 1U << 18;
  static std::size_t key(ByteView text) {
    std::uint32_t start = 0;
    std::memcpy(&start, text.data(), start_size);
    return start * 2654435761U >> 14;
  }
  const std::uint8_t* bytes(const Piece& piece) const { return &needles_[piece.needle].bytes[piece.offset]; }

  /// A piece of few different bytes, such as zeros, would be found anywhere.
  void add(Piece piece) {
    const std::uint8_t* start = bytes(piece);
    if (std::set<std::uint8_t>(start, start + piece.size).size() < 4) return;
    by_start_[key({start, piece.size})].push_back(piece);
  }

  const std::vector<Needles::Needle>& needles_;
  std::vector<std::vector<Piece>> by_start_;
};

struct Mapping {
  std::uint64_t begin = 0, end = 0;
  std::string name;
};

std::vector<Mapping> mappings_of(pid_t process) {
  std::ifstream maps("/proc/" + std::to_string(process) + "/maps");
  std::vector<Mapping> mappings;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream words(line);
    Mapping mapping;
    char dash = 0;
    std::string rights, offset, device, inode;
    words >> std::hex >> mapping.begin >> dash >> mapping.end >> rights >> offset >> device >> inode >>
        std::ws;
    std::getline(words, mapping.name);
    mappings.push_back(mapping);
  }
  if (mappings.empty()) throw std::runtime_error("/proc/PID/maps cannot be read");
  return mappings;
}

/// The pieces of one needle that stand side by side.
struct Place {
  std::set<std::size_t> covered;  // its bytes
  std::string mapping;
};
using Places =
    std::map<std::pair<std::size_t, std::uint64_t>, Place>;  // by needle and where its start would be

std::size_t read_at(int fd, std::span<std::uint8_t> out, std::uint64_t address) {
  const ssize_t n = ::pread(fd, out.data(), out.size(), static_cast<off_t>(address));
  return n < 0 ? 0 : static_cast<std::size_t>(n);
}

void scan_mapping(int fd, const Mapping& mapping, const Pieces& pieces, Scan& scan, Places& places) {
  Bytes buffer(longest_piece + block);
  std::size_t kept = 0;  // of the block before: a piece may stand across the border
  for (std::uint64_t at = mapping.begin; at < mapping.end;) {
    const auto room = std::span(buffer).subspan(kept, std::min<std::uint64_t>(block, mapping.end - at));
    const std::size_t n = read_at(fd, room, at);
    if (n == 0) {
      ++scan.unreadable_pages;
      at += page;
      kept = 0;
      continue;
    }
    const ByteView text = ByteView(buffer).first(kept + n);
    pieces.find(text, [&](const Piece& piece, std::size_t where) {
      Place& place = places[{piece.needle, at - kept + where - piece.offset}];
      for (std::size_t i = 0; i < piece.size; ++i) place.covered.insert(piece.offset + i);
      place.mapping = mapping.name;
    });
    scan.bytes += n;
    at += n;
    kept = std::min(text.size(), longest_piece - 1);
    std::copy(text.end() - static_cast<std::ptrdiff_t>(kept), text.end(), buffer.begin());
  }
}

}  // namespace

void Needles::add_form(const std::string& name, ByteView bytes, std::size_t least) {
  all_.push_back({name, Bytes(bytes.begin(), bytes.end()), least});
}

void Needles::add_bytes(const std::string& name, ByteView bytes) {
  add_form(name, bytes);
}

void Needles::add_padded(const std::string& name, ByteView bytes) {
  add_form(name + ", turned", with_words_turned(bytes));
  for (const std::uint8_t pad : {inner_pad, outer_pad}) {
    add_form(name + ", padded for HMAC", padded(bytes, pad));
    add_form(name + ", padded for HMAC and turned", with_words_turned(padded(bytes, pad)));
  }
}

void Needles::add_key(const std::string& name, ByteView key) {
  add_form(name, key);
  add_padded(name, key);
  for (std::size_t at = 0; at + 4 <= key.size(); at += 4) {
    Bytes spread;
    for (int i = 0; i < 4; ++i) spread.insert(spread.end(), &key[at], &key[at] + 4);
    add_form(name + ", a word spread", spread, longest_piece);
  }
  std::string hex = to_hex(key);
  add_form(name + ", hex", bytes_of(hex), longest_piece);
  for (char& c : hex) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  add_form(name + ", hex", bytes_of(hex), longest_piece);
  for (const auto variant : {Base64::padless, Base64::url})
    for (std::size_t before = 0; before < 3; ++before)
      add_form(name + ", base64", bytes_of(base64_behind(key, before, variant)));
}

void Needles::add_text(const std::string& name, std::string_view text) {
  add_form(name, bytes_of(text));
  add_padded(name, bytes_of(text));
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (lower != text) add_form(name + ", lower case", bytes_of(lower));
}

void PrintTo(const Find& find, std::ostream* out) {
  *out << find.name << ": " << find.had << " of " << find.all << " bytes at 0x" << std::hex << find.address
       << std::dec << " in " << (find.mapping.empty() ? "anonymous memory" : find.mapping);
}

bool Scan::found(std::string_view name) const {
  return !places(name).empty();
}

std::vector<std::string> Scan::places(std::string_view name) const {
  std::vector<std::string> in;
  for (const Find& find : finds)
    if (find.name == name && find.is_whole()) in.push_back(find.mapping);
  return in;
}

Scan scan_memory(pid_t process, const Needles& needles) {
  const Pieces pieces(needles);
  const std::string path = "/proc/" + std::to_string(process) + "/mem";
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) throw std::runtime_error("/proc/PID/mem cannot be opened: is ptrace forbidden here?");
  Scan scan;
  Places places;
  for (const Mapping& mapping : mappings_of(process)) scan_mapping(fd.get(), mapping, pieces, scan, places);
  for (const auto& [key, place] : places) {
    const auto& needle = needles.all()[key.first];
    scan.finds.push_back({needle.name, place.covered.size(), needle.bytes.size(),
                          key.second + *place.covered.begin(), place.mapping});
  }
  return scan;
}

}  // namespace sandyk::crypto
