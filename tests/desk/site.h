// A desk's home and an export of a vault in a temporary folder, with files as the root and the server make
// them.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "crypto/seal/file.h"
#include "crypto/seal/policy.h"
#include "desk/home.h"
#include "desk/site_record.h"
#include "storage/epoch_files.h"
#include "tests/support/approvals.h"
#include "tests/support/keyrings.h"

namespace sandyk::desk {

inline crypto::Date day(const char* text) {
  return *crypto::Date::parse(text);
}

class SiteTest : public ::testing::Test {
 protected:
  SiteTest() {
    for (const char* inside : {"home", "home/keyring", "home/policy", "home/orgs", "home/orgs/org-1", "vault",
                               "vault/epochs", "vault/keyring", "vault/policy"})
      std::filesystem::create_directories(folder / inside);
  }
  ~SiteTest() override { std::filesystem::remove_all(folder); }

  static void write(const std::filesystem::path& file, std::string_view text) {
    std::filesystem::create_directories(file.parent_path());
    ASSERT_TRUE(crypto::write_file(file, crypto::bytes_of(text)));
  }
  static std::string read(const std::filesystem::path& file) {
    const auto bytes = crypto::read_file(file, 1U << 20);
    return bytes ? std::string(crypto::text_of(*bytes)) : "";
  }

  void add_keyring(const std::filesystem::path& place, const crypto::KeyringContent& content) const {
    const auto keyring = site.sign(content);
    write(place / "keyring" / (content.week.text() + ".json"), keyring.json);
    write(place / "keyring" / (content.week.text() + ".json.minisig"), keyring.signature);
  }

  crypto::PolicyContent policy(std::uint64_t serial, const char* not_before) const {
    return {root.site(), serial, day(not_before), day("2028-01-01"), "owner", log_key, {},
            {},          {},     std::nullopt};
  }
  void add_policy(const std::filesystem::path& place, const crypto::PolicyContent& content) const {
    const std::string json = crypto::write_policy(content), serial = std::to_string(content.serial);
    write(place / "policy" / (serial + ".json"), json);
    write(place / "policy" / (serial + ".json.minisig"),
          site.root.sign(crypto::bytes_of(json), crypto::SignedKind::policy, root.site(), serial));
  }

  /// An epoch as an export has it, its database any bytes.
  std::filesystem::path add_epoch(crypto::EpochId id, const char* date, bool is_closed = true) const {
    const auto epoch = vault / "epochs" / id.hex();
    const auto begun = day(date);
    write(epoch / "reports.db", "database " + id.hex());
    write(epoch / "key.age", "key");
    EXPECT_TRUE(storage::write_epoch_info(
        epoch, {id, crypto::Week(begun), crypto::sha256({}), begun, storage::EpochInfo::State::open}));
    EXPECT_TRUE(!is_closed || storage::mark_closed(epoch, true));
    return epoch;
  }

  const std::filesystem::path folder = new_folder();
  const std::filesystem::path vault = folder / "vault";
  const Home home{folder / "home"};
  testing::TestSite site = testing::TestSite::make(1);
  crypto::VerifyKey root = site.root.verify_key();
  std::string log_key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

 private:
  static std::filesystem::path new_folder() {
    std::string name = "/tmp/sandyk-desk-XXXXXX";
    return ::mkdtemp(name.data());
  }
};

}  // namespace sandyk::desk
