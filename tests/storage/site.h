// A vault in a temporary folder with a site's keyrings in its inbox, and reading it back as the desk does.
#pragma once

#include <gtest/gtest.h>
#include <sodium.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "crypto/open/age/open.h"
#include "crypto/seal/file.h"
#include "storage/epoch_reader.h"
#include "storage/export.h"
#include "storage/vault.h"
#include "tests/support/keyrings.h"

namespace sandyk::storage {

inline crypto::Date day(const char* text) {
  return *crypto::Date::parse(text);
}
inline const crypto::Date monday = day("2026-11-23");

struct TemporaryFolder {
  std::filesystem::path path;
  explicit TemporaryFolder(const std::filesystem::path& parent = "/tmp") {
    std::string name = parent / "sandyk-storage-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
};

/// A body of random bytes, and its name.
struct Sample {
  crypto::Bytes bytes;
  crypto::ReportId id;
  SealedBody body() const { return SealedBody(bytes); }
};

inline Sample sample(std::size_t size = 20'000) {
  crypto::Bytes bytes(size);
  randombytes_buf(bytes.data(), bytes.size());
  const auto id = crypto::report_id(bytes);
  return Sample{std::move(bytes), id};
}

class VaultTest : public ::testing::Test {
 protected:
  TemporaryFolder folder;
  std::filesystem::path vault = folder.path / "vault";
  std::filesystem::path scratch = folder.path / "scratch";
  sandyk::testing::TestSite site = sandyk::testing::TestSite::make();
  const crypto::Week week{monday};

  VaultTest() {
    std::filesystem::create_directory(scratch);
    put_keyring(site.keyring(week));
  }

  void put_keyring(const sandyk::testing::SignedKeyring& keyring, const std::string& name = "2026-W48.json") {
    ASSERT_TRUE(
        put_into_inbox(vault, name, crypto::bytes_of(keyring.json), crypto::bytes_of(keyring.signature)));
  }

  /// As a server has them, but for steps that a small disk can take.
  VaultSettings settings() const {
    VaultSettings settings{vault, site.root.verify_key()};
    settings.padding = 64 * crypto::kib;
    return settings;
  }
  std::unique_ptr<Vault> open_vault(crypto::Date today = monday) {
    auto opened = Vault::open(settings(), today);
    if (!opened) throw std::runtime_error(std::string(sentence(opened.error())));
    return std::move(*opened);
  }

  std::vector<std::filesystem::path> epochs() const { return epochs_of(vault); }
  static std::vector<std::filesystem::path> epochs_of(const std::filesystem::path& root) {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(root / "epochs"))
      found.push_back(entry.path());
    return found;
  }
  EpochInfo::State state(const std::filesystem::path& epoch) const {
    return read_epoch_info(epoch).value().state;
  }

  crypto::EpochKey key_of(const std::filesystem::path& epoch, const char* name = "key.age") const {
    const auto sealed = crypto::read_file(epoch / name, 65536).value();
    const auto plain = crypto::age::open_small(sealed, site.identities, crypto::EpochKey::size).value();
    return crypto::EpochKey::make(
        [&](std::span<std::uint8_t, 32> out) { std::copy_n(plain.begin(), 32, out.begin()); });
  }
  EpochReader reader_of(const std::filesystem::path& epoch) const {
    return std::move(EpochReader::open(epoch, key_of(epoch), scratch).value());
  }

  /// The ids of one epoch, each report read through to the end.
  std::multiset<std::string> ids_in(const std::filesystem::path& epoch) const {
    auto reader = reader_of(epoch);
    std::multiset<std::string> ids;
    const auto listing = reader.list().value();
    for (const auto& report : listing.reports) {
      EXPECT_TRUE(reader.read(report, [](crypto::ByteView) { return true; }));
      ids.insert(report.id.hex());
    }
    return ids;
  }
  std::multiset<std::string> all_ids() const {
    std::multiset<std::string> ids;
    for (const auto& epoch : epochs()) ids.merge(ids_in(epoch));
    return ids;
  }
  bool says(const Vault& v, const std::string& words) const {
    for (const auto& notice : v.notices())
      if (notice.find(words) != std::string::npos) return true;
    return false;
  }
};

}  // namespace sandyk::storage
