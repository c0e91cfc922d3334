#include "intake/config.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <limits>
#include <numeric>
#include <utility>

#include "crypto/seal/bytes.h"
#include "crypto/seal/puzzle.h"
#include "crypto/seal/root_key.h"

namespace sandyk::intake {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view white = " \t\r";
  const auto begin = text.find_first_not_of(white);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(white) - begin + 1);
}

bool is_option(std::string_view key) {
  return std::any_of(options.begin(), options.end(), [&](const Option& option) { return option.key == key; });
}

/// Levenshtein.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row.back();
}

/// Digits, and K, M or G for powers of 1024.
std::optional<std::uint64_t> read_number(std::string_view text) {
  constexpr std::string_view units = "KMG";
  std::uint64_t factor = 1;
  if (const auto unit = text.empty() ? std::string_view::npos : units.find(text.back());
      unit != std::string_view::npos) {
    factor <<= 10 * (unit + 1);
    text.remove_suffix(1);
  }
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value > std::numeric_limits<std::uint64_t>::max() / factor) return std::nullopt;
  return value * factor;
}

/// A number from `least` to `most`, or a problem.
template <class Number>
void take_number(const Values& values, const std::string& key, std::uint64_t least, std::uint64_t most,
                 Number& out, Problems& problems) {
  const auto found = values.find(key);
  if (found == values.end()) return;
  const auto number = read_number(found->second);
  if (number && *number >= least && *number <= most)
    out = static_cast<Number>(*number);
  else
    problems.push_back(key + " must be a whole number from " + std::to_string(least) + " to " +
                       std::to_string(most) + ".");
}

/// `on` or `off`.
void take_switch(const Values& values, const std::string& key, bool& out, Problems& problems) {
  const auto found = values.find(key);
  if (found == values.end()) return;
  if (found->second == "on" || found->second == "off")
    out = found->second == "on";
  else
    problems.push_back(key + " must be \"on\" or \"off\".");
}

/// Times are whole numbers of `Unit`.
template <class Unit>
void take_time(const Values& values, const std::string& key, std::uint64_t least, std::uint64_t most,
               std::chrono::milliseconds& out, Problems& problems) {
  std::int64_t count = std::chrono::duration_cast<Unit>(out).count();
  take_number(values, key, least, most, count, problems);
  out = Unit(count);
}

void take_limits(const Values& values, Limits& limits, Problems& problems) {
  using std::chrono::seconds;
  constexpr std::uint64_t ten_minutes = 600;
  const auto number = [&](const char* key, std::uint64_t least, std::uint64_t most, auto& out) {
    take_number(values, key, least, most, out, problems);
  };
  number("max-connections", 1, 1'000'000, limits.max_connections);
  number("per-source", 0, 60'000, limits.per_source);
  number("handshake-rate", 0, 1'000'000, limits.handshake_rate);
  number("per-source-handshakes", 0, 60'000, limits.per_source_handshakes);
  take_switch(values, "per-source-loopback", limits.counts_loopback, problems);
  take_time<seconds>(values, "handshake-time", 1, ten_minutes, limits.handshake, problems);
  take_time<seconds>(values, "header-time", 1, ten_minutes, limits.headers, problems);
  take_time<seconds>(values, "body-time", 1, ten_minutes, limits.body, problems);
  take_time<seconds>(values, "answer-time", 1, ten_minutes, limits.answer, problems);
  take_time<seconds>(values, "idle-time", 1, ten_minutes, limits.idle, problems);
  take_time<seconds>(values, "linger-time", 1, ten_minutes, limits.linger, problems);
  take_time<std::chrono::milliseconds>(values, "grace-time", 0, 60'000, limits.grace, problems);
  number("min-rate", 1, 1'000'000'000, limits.min_rate);
  number("memory", crypto::mib, std::uint64_t{1} << 40, limits.memory);
  number("max-large", 0, 10'000, limits.max_large);
  number("workers", 1, 1000, limits.workers);
  number("queue", 1, 1'000'000, limits.queue);
  number("requests-per-connection", 1, 1'000'000, limits.requests_per_connection);
  number("small-reserve", 0, std::uint64_t{1} << 50, limits.small_reserve);
  number("upload-spool", 0, std::uint64_t{1} << 40, limits.upload_spool);
  number("max-uploads", 1, 100'000, limits.max_uploads);
}

void take_root(const Values& values, std::optional<crypto::VerifyKey>& out, Problems& problems) {
  const auto found = values.find("root-key");
  if (found == values.end()) return;
  const auto key = crypto::read_root_key(found->second);
  if (key)
    out = *key;
  else
    problems.push_back("The root-key " + std::string(sentence(key.error())) + ".");
}

}  // namespace

std::string_view nearest_key(std::string_view key) {
  return std::min_element(
             options.begin(), options.end(),
             [&](const Option& a, const Option& b) { return distance(key, a.key) < distance(key, b.key); })
      ->key;
}

tl::expected<Values, Problems> read_values(std::string_view text) {
  Values values;
  Problems problems;
  std::size_t number = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.empty() || line.starts_with('#')) continue;

    const std::string where = "Line " + std::to_string(number) + ": ";
    const auto equals = std::min(line.find('='), line.size());
    const std::string key(trimmed(line.substr(0, equals)));
    if (equals == line.size()) {
      problems.push_back(where + "a line is \"key = value\", empty, or a comment behind #.");
    } else if (!is_option(key)) {
      problems.push_back(where + "there is no key \"" + key + "\"; the nearest is \"" +
                         std::string(nearest_key(key)) + "\".");
    } else if (!values.emplace(key, trimmed(line.substr(equals + 1))).second) {
      problems.push_back(where + "the key \"" + key + "\" stands there twice.");
    }
  }
  if (!problems.empty()) return tl::unexpected(problems);
  return values;
}

tl::expected<Config, Problems> read_config(const Values& values) {
  Config config;
  Problems problems;
  for (const auto& entry : values)
    if (entry.second.empty()) problems.push_back(entry.first + " is empty.");

  const auto text = [&](const char* key, auto& out) {
    if (const auto found = values.find(key); found != values.end()) out = found->second;
  };
  text("listen", config.listen);
  text("unix-socket", config.unix_socket);
  text("vault", config.vault);
  text("cert", config.cert);
  text("key", config.key);
  text("log-key", config.log_key);
  text("contacts", config.contacts);
  take_root(values, config.root, problems);
  take_limits(values, config.limits, problems);
  take_number(values, "reserve", 0, std::uint64_t{1} << 50, config.reserve, problems);
  take_number(values, "epoch-size", 0, std::uint64_t{1} << 30, config.epoch_size, problems);
  if (config.epoch_size != 0 && (config.epoch_size < 4096 || !std::has_single_bit(config.epoch_size)))
    problems.push_back("epoch-size must be 0 or a power of two, from 4K on.");
  take_number(values, "puzzle-floor", 0, crypto::most_effort, config.puzzle_floor, problems);
  if (!crypto::is_effort(config.puzzle_floor))
    problems.push_back("puzzle-floor must be 0, or from " + std::to_string(crypto::least_effort) + " on.");
  take_number(values, "start-delay", 0, 3600, config.start_delay, problems);
  take_switch(values, "confinement", config.confinement, problems);
  if (!problems.empty()) return tl::unexpected(problems);
  return config;
}

Problems missing_to_serve(const Config& config) {
  Problems problems;
  const auto need = [&](bool is_there, std::string_view key, std::string_view what) {
    if (!is_there) problems.push_back("--" + std::string(key) + " is needed: " + std::string(what) + ".");
  };
  need(!config.vault.empty(), "vault", "the folder to keep reports in");
  need(config.root.has_value(), "root-key", "the site's root public key, which signs the keyrings");
  if (config.unix_socket.empty()) {
    need(!config.cert.empty(), "cert", "the certificate of this server");
    need(!config.key.empty(), "key", "the key of the certificate");
  }
  return problems;
}

}  // namespace sandyk::intake
