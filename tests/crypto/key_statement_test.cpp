#include "crypto/seal/key_statement.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/support/approvals.h"

namespace sandyk::crypto {
namespace {

class KeyStatementFile : public ::testing::Test {
 protected:
  SigningKey desk = SigningKey::generate();
  testing::TwoPeople people;
  std::string site = "0123456789abcdef";
  Week week = *Week::parse("2026-W48");
  KeyDestroyed plain{site,        "aikyn", week, sha256(bytes_of("age1pq1…")), *Date::parse("2027-02-01"),
                     std::nullopt};
  KeyDestroyed good = with_consent();

  KeyDestroyed with_consent() const {
    KeyDestroyed statement = plain;
    const std::vector<EpochId> epochs = {*EpochId::parse("00000000000000000000000000000001"),
                                         *EpochId::parse("00000000000000000000000000000002")};
    statement.unread =
        UnreadConsent{epochs, people.approve(unread_text(site, "aikyn", week, epochs), site, week.text())};
    return statement;
  }
  tl::expected<KeyDestroyed, SignatureFault> verified(const std::string& json,
                                                      std::string_view mark = "2027-02-01",
                                                      SignedKind kind = SignedKind::statement) const {
    return verify_key_destroyed(bytes_of(json), desk.sign(bytes_of(json), kind, site, mark),
                                desk.verify_key(), site);
  }
  SignatureFault fault_after(const std::function<void(Json&)>& change) const {
    Json json = parse_json(bytes_of(write_key_destroyed(good)), 65536).value();
    change(json);
    return verified(write_json(json)).error();
  }
};

TEST_F(KeyStatementFile, IsReadAsItWasWritten) {
  for (const KeyDestroyed& statement : {plain, good}) {
    const std::string json = write_key_destroyed(statement);
    EXPECT_EQ(verified(json), statement);
    EXPECT_EQ(write_key_destroyed(*parse_key_destroyed(bytes_of(json))), json);
  }
}

TEST_F(KeyStatementFile, CarriesTheConsentOfTwoPeople) {
  const auto read = verified(write_key_destroyed(good));
  ASSERT_TRUE(read && read->unread);
  EXPECT_TRUE(approved_by_two(unread_text(site, "aikyn", week, read->unread->epochs), read->unread->signed_by,
                              people.keys(), site, "2026-W48"));
  EXPECT_FALSE(approved_by_two(unread_text(site, "bermet", week, read->unread->epochs),
                               read->unread->signed_by, people.keys(), site, "2026-W48"));
}

TEST_F(KeyStatementFile, ConsentTextIsExactlyThis) {
  EXPECT_EQ(unread_text(site, "aikyn", week, good.unread->epochs),
            "sandyk/destroy-unread/1\n0123456789abcdef\naikyn\n2026-W48\n"
            "00000000000000000000000000000001,00000000000000000000000000000002\n");
}

TEST_F(KeyStatementFile, NamesTheFaultOfItsSignature) {
  const std::string json = write_key_destroyed(good);
  const auto signature = desk.sign(bytes_of(json), SignedKind::statement, site, "2027-02-01");
  const auto key = desk.verify_key();
  EXPECT_EQ(verify_key_destroyed(bytes_of(json), "", key, site).error(), SignatureFault::malformed);
  EXPECT_EQ(verify_key_destroyed(bytes_of(json + " "), signature, key, site).error(), SignatureFault::wrong);
  EXPECT_EQ(verify_key_destroyed(bytes_of(json), signature, people.first.verify_key(), site).error(),
            SignatureFault::other_key);
  EXPECT_EQ(verify_key_destroyed(bytes_of(json), signature, key, "0123456789abcdee").error(),
            SignatureFault::other_site);
  EXPECT_EQ(verified(json, "2027-02-01", SignedKind::import_receipt).error(), SignatureFault::other_kind);
  EXPECT_EQ(verified(json, "2027-02-02").error(), SignatureFault::malformed);
}

TEST_F(KeyStatementFile, RefusesAnotherSite) {
  EXPECT_EQ(fault_after([](Json& s) { s["site"] = "0123456789abcdee"; }), SignatureFault::other_site);
}

TEST_F(KeyStatementFile, RefusesEveryMissingMember) {
  for (const char* name : {"format", "site", "organisation", "week", "recipient_sha256", "date"})
    EXPECT_EQ(fault_after([&](Json& s) { s.erase(name); }), SignatureFault::malformed) << name;
  for (const char* name : {"epochs", "signed_by"})
    EXPECT_EQ(fault_after([&](Json& s) { s["unread"].erase(name); }), SignatureFault::malformed) << name;
}

TEST_F(KeyStatementFile, RefusesEveryMemberOfAnotherKind) {
  const auto refuses = [&](const std::function<void(Json&)>& change) {
    EXPECT_EQ(fault_after(change), SignatureFault::malformed);
  };
  refuses([](Json& s) { s["format"] = "sandyk-key-destroyed/2"; });
  refuses([](Json& s) { s["site"] = ""; });
  refuses([](Json& s) { s["organisation"] = "A"; });
  refuses([](Json& s) { s["week"] = "2027-W53"; });
  refuses([](Json& s) { s["recipient_sha256"] = "age1pq1"; });
  refuses([](Json& s) { s["date"] = 20270201; });
  refuses([](Json& s) { s["unread"] = nullptr; });
  refuses([](Json& s) { s["unread"]["epochs"] = Json::array(); });
  refuses([](Json& s) { std::swap(s["unread"]["epochs"][0], s["unread"]["epochs"][1]); });
  refuses([](Json& s) { s["unread"]["signed_by"].erase(1); });
  refuses([](Json& s) { s["more"] = std::string(65536, 'x'); });  // too large
}

}  // namespace
}  // namespace sandyk::crypto
