#include "report/file_name.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

#include "crypto/seal/text_encoding.h"

namespace sandyk::report {
namespace {

constexpr std::string_view name_start = "report-";
constexpr std::string_view name_end = ".age";
constexpr std::size_t week_size = 8;
constexpr std::size_t random_size = 4;

}  // namespace

std::string sealed_file_name(const crypto::Week& week) {
  std::array<std::uint8_t, random_size> random{};
  randombytes_buf(random.data(), random.size());
  return fmt::format("{}{}-{}{}", name_start, week.text(), crypto::to_hex(random), name_end);
}

std::optional<crypto::Week> week_of_file_name(std::string_view name) {
  if (name.size() != name_start.size() + week_size + 1 + 2 * random_size + name_end.size())
    return std::nullopt;
  if (!name.starts_with(name_start) || !name.ends_with(name_end)) return std::nullopt;
  name.remove_prefix(name_start.size());
  const bool is_ours =
      name[week_size] == '-' && crypto::from_hex(name.substr(week_size + 1, 2 * random_size));
  return is_ours ? crypto::Week::parse(name.substr(0, week_size)) : std::nullopt;
}

}  // namespace sandyk::report
