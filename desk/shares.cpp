#include "desk/shares.h"

#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <set>
#include <stdexcept>
#include <string>

#include "crypto/seal/ids.h"
#include "crypto/seal/text_encoding.h"

namespace sandyk::desk {
namespace {

constexpr std::string_view first_line = "sandyk-share/1";
constexpr std::size_t max_file = 1024, check_size = 8;

/// In GF(2^8) with AES's polynomial; takes the same time for all values.
std::uint8_t multiply(std::uint8_t a, std::uint8_t b) {
  unsigned product = 0, left = a;
  for (unsigned bit = 0; bit < 8; ++bit) {
    product ^= left & (0U - ((unsigned{b} >> bit) & 1U));
    left = (left << 1) ^ (0x11BU & (0U - ((left >> 7) & 1U)));
  }
  return static_cast<std::uint8_t>(product);
}

/// a^254, which is 1/a.
std::uint8_t inverse(std::uint8_t a) {
  std::uint8_t power = a, result = 1;
  for (int bit = 1; bit < 8; ++bit) {
    power = multiply(power, power);
    result = multiply(result, power);
  }
  return result;
}

/// What the share at `x` counts for at 0, among the shares at `all`.
std::uint8_t weight(std::uint8_t x, std::span<const Share> all) {
  std::uint8_t result = 1;
  for (const Share& other : all) {
    const auto y = static_cast<std::uint8_t>(other.number);
    if (y != x) result = multiply(result, multiply(y, inverse(static_cast<std::uint8_t>(x ^ y))));
  }
  return result;
}

bool is_sane(unsigned number, unsigned of, unsigned needed) {
  return needed >= 2 && needed <= of && of <= most_shares && number >= 1 && number <= of;
}

std::string check_of(crypto::ByteView bytes) {
  return crypto::to_hex(crypto::sha256(bytes).bytes().first(check_size));
}

/// The rest of a line `<word> <rest>`.
std::optional<std::string_view> field(crypto::Reader& lines, std::string_view word) {
  const auto line = lines.take_line();
  if (!line || !line->starts_with(word) || line->size() <= word.size() || (*line)[word.size()] != ' ')
    return std::nullopt;
  return line->substr(word.size() + 1);
}

std::optional<unsigned> small_number(std::optional<std::string_view> text) {
  unsigned value = 0;
  if (!text || text->empty() || text->front() == '0') return std::nullopt;
  const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (fault != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return value;
}

std::optional<ShareValue> value_of(std::optional<std::string_view> hex) {
  if (!hex || hex->size() != 2 * ShareValue::size) return std::nullopt;
  const bool is_hex =
      std::ranges::all_of(*hex, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  if (!is_hex) return std::nullopt;
  return ShareValue::make([&](auto out) {
    if (sodium_hex2bin(out.data(), out.size(), hex->data(), hex->size(), nullptr, nullptr, nullptr) != 0)
      throw std::logic_error("hex is hex");
  });
}

std::optional<ShareSet> set_of(std::string_view hex) {
  const auto bytes = crypto::from_hex(hex);
  ShareSet set{};
  if (!bytes || bytes->size() != set.size()) return std::nullopt;
  std::ranges::copy(*bytes, set.begin());
  return set;
}

}  // namespace

std::string_view sentence(ShareFault fault) {
  switch (fault) {
    case ShareFault::malformed:
      return "It is not a share of this program.";
    case ShareFault::damaged:
      return "Its checksum does not fit: something in it was changed or typed wrong.";
    case ShareFault::other_set:
      return "It belongs to another set of shares than the first one.";
    case ShareFault::repeated:
      return "The same share was given twice.";
    case ShareFault::too_few:
      return "These are fewer shares than are needed.";
  }
  std::abort();
}

std::vector<Share> split(const SharedKey& key, const ShareSet& set, unsigned needed, unsigned of) {
  if (!is_sane(1, of, needed)) throw std::logic_error("no such shares");
  // A polynomial for each byte: the byte at 0, chance for the rest. coefficients[d] is that of x^(d+1).
  std::vector<SharedKey> coefficients;
  for (unsigned degree = 1; degree < needed; ++degree) coefficients.push_back(SharedKey::random());
  std::vector<Share> shares;
  for (unsigned number = 1; number <= of; ++number) {
    const auto x = static_cast<std::uint8_t>(number);
    auto value = ShareValue::make([&](auto out) {
      for (std::size_t i = 0; i < out.size(); ++i) {
        std::uint8_t sum = 0;
        for (std::size_t d = coefficients.size(); d-- > 0;)
          sum = multiply(static_cast<std::uint8_t>(sum ^ coefficients[d].expose()[i]), x);
        out[i] = static_cast<std::uint8_t>(sum ^ key.expose()[i]);
      }
    });
    shares.push_back({set, number, of, needed, std::move(value)});
  }
  return shares;
}

tl::expected<SharedKey, ShareFault> combine(std::span<const Share> shares) {
  if (shares.empty()) return tl::unexpected(ShareFault::too_few);
  std::set<unsigned> numbers;
  const Share& first = shares.front();
  for (const Share& share : shares) {
    if (share.set != first.set || share.needed != first.needed || share.of != first.of)
      return tl::unexpected(ShareFault::other_set);
    if (!numbers.insert(share.number).second) return tl::unexpected(ShareFault::repeated);
  }
  if (shares.size() < first.needed) return tl::unexpected(ShareFault::too_few);
  return SharedKey::make([&](auto out) {
    for (std::uint8_t& byte : out) byte = 0;
    for (const Share& share : shares) {
      const std::uint8_t w = weight(static_cast<std::uint8_t>(share.number), shares);
      for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<std::uint8_t>(out[i] ^ multiply(w, share.value.expose()[i]));
    }
  });
}

crypto::WipedBytes write_share(const Share& share) {
  crypto::WipedBytes file;
  const auto add = [&](std::string_view text) { file.insert(file.end(), text.begin(), text.end()); };
  file.reserve(max_file);  // so that no copy of the value is left behind by growing
  add(std::string(first_line) + "\nset " + crypto::to_hex(share.set) + "\nshare " +
      std::to_string(share.number) + "\nof " + std::to_string(share.of) + "\nneeded " +
      std::to_string(share.needed) + "\nvalue ");
  const std::size_t at = file.size();
  file.resize(at + 2 * ShareValue::size + 1);  // with the NUL that libsodium writes
  sodium_bin2hex(reinterpret_cast<char*>(file.data() + at), 2 * ShareValue::size + 1,
                 share.value.expose().data(), ShareValue::size);
  file.back() = '\n';
  const std::string check = check_of(file);
  add("check " + check + "\n");
  return file;
}

tl::expected<Share, ShareFault> parse_share(crypto::ByteView file) {
  const auto malformed = [] { return tl::unexpected(ShareFault::malformed); };
  if (file.size() > max_file) return malformed();
  crypto::Reader lines(file);
  if (lines.take_line() != first_line) return malformed();
  const auto set_text = field(lines, "set");
  const auto number = small_number(field(lines, "share")), of = small_number(field(lines, "of"));
  const auto needed = small_number(field(lines, "needed"));
  auto value = value_of(field(lines, "value"));
  const auto covered = file.first(file.size() - lines.left().size());
  const auto check = field(lines, "check");
  const auto set = set_text ? set_of(*set_text) : std::nullopt;
  if (!set || !number || !of || !needed || !value || !check || !lines.done() ||
      !is_sane(*number, *of, *needed))
    return malformed();
  if (*check != check_of(covered)) return tl::unexpected(ShareFault::damaged);
  return Share{*set, *number, *of, *needed, std::move(*value)};
}

}  // namespace sandyk::desk
