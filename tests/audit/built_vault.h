// A vault with a past, made once by the real storage code and test keys, and copied for each test: in it is
// something of everything that an auditor looks at, and all of it is right.
#pragma once

#include <gmock/gmock.h>

#include "audit/checks.h"
#include "crypto/seal/key_statement.h"
#include "crypto/seal/log_key.h"
#include "storage/log_book.h"
#include "tests/storage/site.h"
#include "tests/support/approvals.h"
#include "tests/support/policies.h"

namespace sandyk::audit {

using storage::day;

class BuiltVault : public storage::VaultTest {
 public:
  static const BuiltVault& the();

  // Epochs, named by what became of them until `last_day`
  crypto::EpochId imported, unread, held, waiting;
  const crypto::Date last_day = day("2026-12-26");

  const std::filesystem::path& path() const { return vault; }
  const sandyk::testing::TestSite& keys() const { return site; }
  crypto::VerifyKey root() const { return site.root.verify_key(); }
  std::string name() const { return root().site(); }
  crypto::LogKey log_key() const { return *crypto::LogKey::read(crypto::text_of(key_text.expose())); }

  /// Signed files, as the desk makes them.
  crypto::PolicyContent first_policy() const;
  crypto::PolicyContent second_policy() const;  ///< with the hold
  void put_policy(const std::filesystem::path& where, const crypto::PolicyContent& content) const;
  void put_receipt(const std::filesystem::path& where, const crypto::EpochId& epoch,
                   const std::string& organisation, const char* date) const;
  crypto::KeyDestroyed statement_of(const std::string& organisation, const char* date) const;
  void put_statement(const std::filesystem::path& where, const crypto::KeyDestroyed& statement) const;

 private:
  BuiltVault();
  void TestBody() override {}
  crypto::EpochId epoch_on(const char* date);
  std::vector<std::string> round_on(const char* date);
  crypto::PolicyContent policy(std::uint64_t serial) const;

  const crypto::SecretText key_text =
      crypto::LogKey::generate(crypto::log_origin(site.root.verify_key().site())).write();
  const crypto::SigningKey officer = crypto::SigningKey::generate();
};

/// A copy of it to spoil.
class AuditTest : public ::testing::Test {
 protected:
  const BuiltVault& built = BuiltVault::the();
  storage::TemporaryFolder temporary;
  const std::filesystem::path vault = temporary.path / "vault";
  Given given{built.log_key().key(), built.root(), {}, {}, {}, {}};

  AuditTest() { std::filesystem::copy(built.path(), vault, std::filesystem::copy_options::recursive); }

  Evidence evidence(bool is_remote = false) const { return gather(vault, is_remote, given); }
  std::vector<Check> checks(bool is_remote = false) const { return check_all(evidence(is_remote)); }
  /// The one check whose claim holds these words.
  Check check(const std::string& words, bool is_remote = false) const;
  /// The claims that fail, with what does not fit.
  std::vector<std::string> failing() const;

  std::filesystem::path epoch(const crypto::EpochId& id) const { return vault / "epochs" / id.hex(); }
  /// Changes one byte of a file in the middle.
  static void spoil(const std::filesystem::path& file);
  static void replace_in(const std::filesystem::path& file, const std::string& from, const std::string& to);
  /// Logs what a server would that lies, and signs it.
  void log(std::vector<std::pair<std::string, storage::LogEntry::Values>> entries, const char* date) const;
  /// The server's log made anew without some entries, or with others in their place.
  void rewrite_log(
      const std::function<std::optional<storage::LogEntry>(const storage::LogEntry&)>& change) const;
};

}  // namespace sandyk::audit
