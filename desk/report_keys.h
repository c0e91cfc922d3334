// case.keys: one random key for each report in the case file. Backups leave this file out, so that destroying
// a key here reaches every backup of the report (docs/formats.md, "Case file").
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <tl/expected.hpp>

#include "crypto/seal/file.h"
#include "desk/case_lock.h"

namespace sandyk::desk {

/// Of one report's content: text, files, sealed original.
using ReportKey = crypto::Secret<struct ReportKeyKind, 32, crypto::SharedPages>;

class ReportKeys {
 public:
  /// A new file without keys; one that is there is a fault.
  [[nodiscard]] static tl::expected<ReportKeys, crypto::IoFault> create(const std::filesystem::path& file,
                                                                        KeysKey key);
  /// `failed` when it is not such a file.
  [[nodiscard]] static tl::expected<ReportKeys, crypto::IoFault> open(const std::filesystem::path& file,
                                                                      KeysKey key);

  /// A new key for report `n` (from 1), in place of whatever was there. Durable only after `sync`.
  [[nodiscard]] tl::expected<ReportKey, crypto::IoFault> add(std::int64_t n);
  [[nodiscard]] tl::expected<void, crypto::IoFault> sync();
  /// Nothing when it was destroyed, never made, or does not belong there.
  std::optional<ReportKey> get(std::int64_t n) const;
  /// Overwrites the key in its place, with noise and then with zeros, each synced. What a disk has set aside,
  /// and shares made before, are out of reach.
  [[nodiscard]] tl::expected<void, crypto::IoFault> destroy(std::int64_t n);

 private:
  ReportKeys(crypto::Fd fd, KeysKey key) : fd_(std::move(fd)), key_(std::move(key)) {}
  [[nodiscard]] tl::expected<void, crypto::IoFault> put(std::int64_t n, crypto::ByteView slot);

  crypto::Fd fd_;
  KeysKey key_;
};

}  // namespace sandyk::desk
