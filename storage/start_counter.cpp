#include "storage/start_counter.h"

#include <algorithm>
#include <charconv>

#include "crypto/seal/file.h"
#include "storage/layout.h"
#include "storage/midnight.h"

namespace sandyk::storage {
namespace {

constexpr std::size_t max_file = 16;
constexpr unsigned max_number = 1000;  // far beyond the longest delay
constexpr unsigned free_starts = 3;
constexpr std::chrono::seconds first_delay{10};

/// Digits and a newline; 0 when it is anything else.
unsigned read_number(const std::filesystem::path& file) {
  const auto bytes = crypto::read_file(file, max_file);
  if (!bytes) return 0;
  const auto text = crypto::text_of(*bytes);
  unsigned number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || std::string_view(end, text.data() + text.size()) != "\n") return 0;
  return std::min(number, max_number);
}

}  // namespace

StartCounter StartCounter::count(const std::filesystem::path& vault) {
  (void)crypto::make_directory(vault);
  StartCounter counter(vault, read_number(vault / layout::starts));
  counter.write(counter.before_ + 1);
  return counter;
}

void StartCounter::write(unsigned number) const {
  const auto file = vault_ / layout::starts;
  (void)crypto::write_file(file, crypto::bytes_of(std::to_string(number) + "\n"));
  set_file_to_midnight(file);
  set_file_to_midnight(vault_);
}

std::chrono::seconds start_delay(unsigned before, std::chrono::seconds most) {
  if (before < free_starts) return std::chrono::seconds(0);
  const unsigned doublings = std::min(before - free_starts, 10U);
  return std::min(most, first_delay * (1U << doublings));
}

}  // namespace sandyk::storage
