#include "crypto/seal/import_receipt.h"

#include <gtest/gtest.h>

#include <functional>

#include "crypto/open/signing.h"
#include "crypto/seal/json.h"

namespace sandyk::crypto {
namespace {

class ImportReceiptFile : public ::testing::Test {
 protected:
  SigningKey desk = SigningKey::generate();
  std::string site = "0123456789abcdef";
  ImportReceipt good{site,
                     "aikyn",
                     random_epoch_id(),
                     sha256(bytes_of("database")),
                     sha256(bytes_of("key")),
                     true,
                     *Date::parse("2026-12-01")};

  tl::expected<ImportReceipt, SignatureFault> verified(const std::string& json,
                                                       std::string_view mark = "2026-12-01",
                                                       SignedKind kind = SignedKind::import_receipt) const {
    return verify_import_receipt(bytes_of(json), desk.sign(bytes_of(json), kind, site, mark),
                                 desk.verify_key(), site);
  }
  SignatureFault fault_after(const std::function<void(Json&)>& change) const {
    Json json = parse_json(bytes_of(write_import_receipt(good)), 4096).value();
    change(json);
    return verified(write_json(json)).error();
  }
};

TEST_F(ImportReceiptFile, IsReadAsItWasWritten) {
  for (const bool is_complete : {true, false}) {
    good.is_complete = is_complete;
    const std::string json = write_import_receipt(good);
    EXPECT_EQ(verified(json), good);
    EXPECT_EQ(write_import_receipt(*parse_import_receipt(bytes_of(json))), json);
  }
}

TEST_F(ImportReceiptFile, NamesTheFaultOfItsSignature) {
  const std::string json = write_import_receipt(good);
  const auto signature = desk.sign(bytes_of(json), SignedKind::import_receipt, site, "2026-12-01");
  const auto key = desk.verify_key();
  EXPECT_EQ(verify_import_receipt(bytes_of(json), "", key, site).error(), SignatureFault::malformed);
  EXPECT_EQ(verify_import_receipt(bytes_of(json + " "), signature, key, site).error(), SignatureFault::wrong);
  EXPECT_EQ(
      verify_import_receipt(bytes_of(json), signature, SigningKey::generate().verify_key(), site).error(),
      SignatureFault::other_key);
  EXPECT_EQ(verify_import_receipt(bytes_of(json), signature, key, "0123456789abcdee").error(),
            SignatureFault::other_site);
  EXPECT_EQ(verified(json, "2026-12-01", SignedKind::statement).error(), SignatureFault::other_kind);
  EXPECT_EQ(verified(json, "2026-12-02").error(), SignatureFault::malformed);
}

TEST_F(ImportReceiptFile, RefusesAnotherSite) {
  EXPECT_EQ(fault_after([](Json& r) { r["site"] = "0123456789abcdee"; }), SignatureFault::other_site);
}

TEST_F(ImportReceiptFile, RefusesEveryMissingMember) {
  for (const char* name :
       {"format", "site", "organisation", "epoch", "db_sha256", "key_sha256", "result", "date"})
    EXPECT_EQ(fault_after([&](Json& r) { r.erase(name); }), SignatureFault::malformed) << name;
}

TEST_F(ImportReceiptFile, RefusesEveryMemberOfAnotherKind) {
  const auto refuses = [&](const std::function<void(Json&)>& change) {
    EXPECT_EQ(fault_after(change), SignatureFault::malformed);
  };
  refuses([](Json& r) { r["format"] = "sandyk-import-receipt/2"; });
  refuses([](Json& r) { r["site"] = "0123456789ABCDEF"; });
  refuses([](Json& r) { r["organisation"] = "a/b"; });
  refuses([](Json& r) { r["epoch"] = std::string(30, '0'); });
  refuses([](Json& r) { r["db_sha256"] = std::string(63, '0'); });
  refuses([](Json& r) { r["key_sha256"] = 7; });
  refuses([](Json& r) { r["result"] = "partial"; });
  refuses([](Json& r) { r["result"] = true; });
  refuses([](Json& r) { r["date"] = "2026-12"; });
  refuses([](Json& r) { r["more"] = std::string(4096, 'x'); });  // too large
}

TEST_F(ImportReceiptFile, TakesUnknownMembers) {
  Json json = parse_json(bytes_of(write_import_receipt(good)), 4096).value();
  json["new"] = 1;
  EXPECT_EQ(verified(write_json(json)), good);
}

}  // namespace
}  // namespace sandyk::crypto
