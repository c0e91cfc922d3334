// One entry of the audit log: what happened to the vault on some day (docs/formats.md, "Log entries").
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/seal/calendar.h"
#include "storage/tile_path.h"

namespace sandyk::storage {

inline constexpr std::size_t max_log_entry_keys = 32;

/// A type and values by key, `date` always among them. Only `make` and `parse` give one, so it is always fit
/// to be written.
class LogEntry {
 public:
  using Values = std::map<std::string, std::string, std::less<>>;

  /// Nothing unless type and keys are 1 to 32 of a-z, 0-9 and '-', values printable ASCII and not empty,
  /// `date` is a day, and all of it is short enough.
  static std::optional<LogEntry> make(std::string type, Values values);
  /// The first line `sandyk-log/1 <type>`, then `<key> <value>` in the order of the keys; each ends in LF.
  /// What is parsed is the same bytes when it is written.
  static std::optional<LogEntry> parse(std::string_view text);

  std::string text() const;
  const std::string& type() const { return type_; }
  const Values& values() const { return values_; }
  /// Nothing when there is no such key.
  std::optional<std::string_view> value(std::string_view key) const;
  crypto::Date date() const { return date_; }
  bool operator==(const LogEntry&) const = default;

 private:
  LogEntry(std::string type, Values values, crypto::Date date)
      : type_(std::move(type)), values_(std::move(values)), date_(date) {}

  std::string type_;
  Values values_;
  crypto::Date date_;
};

}  // namespace sandyk::storage
