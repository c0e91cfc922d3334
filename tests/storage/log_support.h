// A log in a temporary folder, and entries to put into it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "crypto/seal/checkpoint.h"
#include "crypto/seal/file.h"
#include "storage/folder.h"
#include "storage/log.h"
#include "storage/log_reader.h"
#include "tests/storage/site.h"

namespace sandyk::storage {

inline LogEntry entry(std::uint64_t number, crypto::Date date = monday) {
  return LogEntry::make("drill", {{"date", date.text()}, {"what", std::to_string(number)}}).value();
}

/// Entries `first` to `last`, the latter left out.
inline std::vector<LogEntry> entries(std::uint64_t first, std::uint64_t last) {
  std::vector<LogEntry> list;
  for (; first < last; ++first) list.push_back(entry(first));
  return list;
}

class LogTest : public ::testing::Test {
 protected:
  TemporaryFolder temporary;
  std::filesystem::path folder = temporary.path / "log";
  const std::string origin = "sandyk/0123456789abcdef";
  const crypto::LogKey signer = crypto::LogKey::generate(origin);

  crypto::LogKey key() const { return *crypto::LogKey::read(crypto::text_of(signer.write().expose())); }
  AuditLog::Opened open_in(const std::filesystem::path& where) const {
    return AuditLog::open(where, key(), monday);
  }
  AuditLog::Opened open() const { return open_in(folder); }
  tl::expected<VerifiedLog, LogReadError> read() const {
    return read_log(fetch_from(folder), origin, signer.key());
  }
  std::string text(const std::string& name) const {
    return std::string(crypto::text_of(crypto::read_file(folder / name, 1U << 30).value()));
  }
  void write(const std::filesystem::path& file, const std::string& bytes) const {
    ASSERT_TRUE(crypto::write_file(file, crypto::bytes_of(bytes)));
  }
  /// Every file below the folder, by its path in it.
  static std::vector<std::string> files_in(const std::filesystem::path& where) {
    std::vector<std::string> files;
    for (const auto& file : std::filesystem::recursive_directory_iterator(where))
      if (file.is_regular_file()) files.push_back(std::filesystem::relative(file.path(), where).string());
    std::sort(files.begin(), files.end());
    return files;
  }
  std::vector<std::string> files() const { return files_in(folder); }
};

}  // namespace sandyk::storage
