#include "crypto/seal/puzzle.h"

#include <algorithm>
#include <charconv>
#include <new>

#include "crypto/seal/json.h"
#include "crypto/seal/text_encoding.h"

namespace sandyk::crypto {
namespace {

constexpr std::string_view domain = "sandyk/puzzle/1\n";
static_assert(domain.size() == crypto_pwhash_SALTBYTES);
constexpr std::string_view puzzle_format = "sandyk-puzzle/1";
constexpr std::size_t max_puzzle_size = 4096;
constexpr std::uint64_t max_slot = 9'999'999'999;
constexpr std::size_t costly_memory = 1024 * 1024;
constexpr std::size_t costly_half = 4;

std::array<std::uint8_t, 4> big_endian(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
          static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

std::uint32_t first_number(ByteView bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 |
         bytes[3];
}

/// Decimal without leading zeros.
std::optional<std::uint64_t> read_decimal(std::string_view text, std::uint64_t most) {
  const bool has_digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (text.empty() || text.size() > 10 || !has_digits || (text.size() > 1 && text[0] == '0'))
    return std::nullopt;
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  if (value > most) return std::nullopt;
  return value;
}

std::optional<std::uint32_t> effort_member(const Json& object, std::string_view name) {
  const auto value = number_member(object, name);
  if (!value || !is_effort(*value)) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

void add(crypto_hash_sha256_state& state, ByteView bytes) {
  crypto_hash_sha256_update(&state, bytes.data(), bytes.size());
}

}  // namespace

std::optional<Puzzle> parse_puzzle(ByteView text) {
  const auto json = parse_format(text, max_puzzle_size, puzzle_format);
  if (!json || json->size() != 5) return std::nullopt;
  const auto slot = number_member(*json, "slot");
  const auto seed_text = text_member(*json, "seed");
  const auto seed_bytes = seed_text ? from_base64(*seed_text, Base64::url) : std::nullopt;
  const auto seed = seed_bytes ? PuzzleSeed::from(*seed_bytes) : std::nullopt;
  const auto effort = effort_member(*json, "effort"), floor = effort_member(*json, "floor");
  if (!slot || *slot > max_slot || !seed || !effort || !floor || *floor > *effort) return std::nullopt;
  return Puzzle{*slot, *seed, *effort, *floor};
}

std::string write_puzzle(const Puzzle& puzzle) {
  return write_json({{"format", puzzle_format},
                     {"slot", puzzle.slot},
                     {"seed", to_base64(puzzle.seed.bytes(), Base64::url)},
                     {"effort", puzzle.effort},
                     {"floor", puzzle.floor}});
}

std::optional<PuzzleSolution> parse_puzzle_solution(std::string_view text) {
  const auto first = text.find(':');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = text.find(':', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto slot = read_decimal(text.substr(0, first), max_slot);
  const auto effort = read_decimal(text.substr(first + 1, second - first - 1), most_effort);
  const auto nonce = PuzzleNonce::parse(text.substr(second + 1));
  if (!slot || !effort || *effort == 0 || !is_effort(*effort) || !nonce) return std::nullopt;
  return PuzzleSolution{*slot, static_cast<std::uint32_t>(*effort), *nonce};
}

std::string write_puzzle_solution(const PuzzleSolution& solution) {
  return std::to_string(solution.slot) + ':' + std::to_string(solution.effort) + ':' + solution.nonce.hex();
}

PuzzleProof::PuzzleProof(const PuzzleSeed& seed, const ReportId& report, std::uint32_t effort) {
  crypto_hash_sha256_init(&begun_);
  add(begun_, bytes_of(domain));
  add(begun_, seed.bytes());
  add(begun_, report.bytes());
  add(begun_, big_endian(effort));
}

Digest PuzzleProof::of(const PuzzleNonce& nonce) const {
  auto state = begun_;
  add(state, nonce.bytes());
  std::array<std::uint8_t, Digest::size> out;
  crypto_hash_sha256_final(&state, out.data());
  return Digest(out);
}

bool proves(const Digest& proof, std::uint32_t effort) {
  return std::uint64_t{first_number(proof.bytes())} * effort < std::uint64_t{1}
                                                                   << (32 - proof_bits_of_effort);
}

std::uint32_t costly_value(const PuzzleSeed& seed, const ReportId& report, const PuzzleNonce& nonce) {
  std::array<std::uint8_t, PuzzleSeed::size + ReportId::size + costly_half> input;
  auto end = std::copy(seed.bytes().begin(), seed.bytes().end(), input.begin());
  end = std::copy(report.bytes().begin(), report.bytes().end(), end);
  std::copy_n(nonce.bytes().begin(), costly_half, end);
  std::array<std::uint8_t, 32> out;
  if (crypto_pwhash(out.data(), out.size(), reinterpret_cast<const char*>(input.data()), input.size(),
                    bytes_of(domain).data(), 1, costly_memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
    throw std::bad_alloc();
  return first_number(out);
}

bool meets_effort(std::uint32_t value, std::uint32_t effort) {
  return std::uint64_t{value} * effort < std::uint64_t{1} << 32;
}

bool solves_puzzle(const PuzzleSeed& seed, const ReportId& report, std::uint32_t effort,
                   const PuzzleNonce& nonce) {
  if (effort == 0) return true;
  return is_effort(effort) && proves(PuzzleProof(seed, report, effort).of(nonce), effort) &&
         meets_effort(costly_value(seed, report, nonce), effort);
}

}  // namespace sandyk::crypto
