#include "crypto/seal/keyring.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/crypto/support.h"
#include "tests/support/keyrings.h"

namespace sandyk::crypto {
namespace {

using testing::TestSite;

class KeyringFile : public ::testing::Test {
 protected:
  TestSite site = TestSite::make(2);
  VerifyKey root = site.root.verify_key();
  KeyringContent good = site.content(*Week::parse("2026-W53"), 7);

  tl::expected<Keyring, KeyringFault> verified(const std::string& json, std::string_view mark = "7",
                                               SignedKind kind = SignedKind::keyring) const {
    return Keyring::verify(bytes_of(json), site.root.sign(bytes_of(json), kind, root.site(), mark), root);
  }
  KeyringFault fault(const KeyringContent& content) const { return verified(write_keyring(content)).error(); }
  /// The fault of the good keyring after a change to its JSON; nothing when it is still read.
  std::optional<KeyringFault> fault_after(const std::function<void(Json&)>& change) const {
    Json json = parse_json(bytes_of(write_keyring(good)), max_keyring_size).value();
    change(json);
    const auto result = verified(write_json(json));
    return result ? std::nullopt : std::optional(result.error());
  }
};

TEST_F(KeyringFile, IsReadAsItWasWritten) {
  good.previous = sha256(bytes_of("the one before"));
  good.nodes = {{"https://a.example", "b.onion"}, {"", "c.onion"}};
  const std::string json = write_keyring(good);
  const auto keyring = verified(json);
  ASSERT_TRUE(keyring);
  EXPECT_EQ(write_keyring(keyring->content()), json);
  EXPECT_EQ(keyring->json(), json);
  EXPECT_EQ(keyring->hash(), sha256(bytes_of(json)));
  EXPECT_EQ(keyring->recipients(),
            (std::vector{site.identities[0].recipient(), site.identities[1].recipient()}));
  EXPECT_EQ(keyring->content().organisations[1].name.ky, "Уюм org-2");
}

TEST_F(KeyringFile, IsInForceForItsWeekAndAcceptsForTheGraceAfter) {
  const auto keyring = verified(write_keyring(good));
  ASSERT_TRUE(keyring);
  const auto day = [](const char* text) { return Date::parse(text).value(); };
  EXPECT_FALSE(keyring->is_in_force(day("2026-12-27")));
  EXPECT_TRUE(keyring->is_in_force(day("2026-12-28")));
  EXPECT_TRUE(keyring->is_in_force(day("2027-01-03")));
  EXPECT_FALSE(keyring->is_in_force(day("2027-01-04")));
  EXPECT_FALSE(keyring->accepts(day("2026-12-27")));
  EXPECT_TRUE(keyring->accepts(day("2027-01-17")));
  EXPECT_FALSE(keyring->accepts(day("2027-01-18")));
}

TEST_F(KeyringFile, NamesTheFaultOfItsSignature) {
  const std::string json = write_keyring(good);
  const auto signature = site.root.sign(bytes_of(json), SignedKind::keyring, root.site(), "7");
  const auto fault_of = [&](const std::string& bytes, const std::string& file) {
    return Keyring::verify(bytes_of(bytes), file, root).error();
  };
  EXPECT_EQ(fault_of(json, ""), KeyringFault::malformed_signature);
  EXPECT_EQ(fault_of(json + " ", signature), KeyringFault::wrong_signature);
  std::string other_mark = signature;
  other_mark.replace(other_mark.find(" 7\n"), 3, " 8\n");
  EXPECT_EQ(fault_of(json, other_mark), KeyringFault::wrong_signature);
  EXPECT_EQ(Keyring::verify(bytes_of(json), signature, SigningKey::generate().verify_key()).error(),
            KeyringFault::other_key);
  EXPECT_EQ(verified(json, "7", SignedKind::policy).error(), KeyringFault::other_kind);
  EXPECT_EQ(verified(json, "8").error(), KeyringFault::wrong_serial);
  EXPECT_EQ(verified(json, "07").error(), KeyringFault::wrong_serial);
}

TEST_F(KeyringFile, RefusesAnotherSite) {
  const std::string json = write_keyring(good);
  const std::string other = SigningKey::generate().verify_key().site();
  EXPECT_EQ(
      Keyring::verify(bytes_of(json), site.root.sign(bytes_of(json), SignedKind::keyring, other, "7"), root)
          .error(),
      KeyringFault::other_site);
  good.site = other;
  EXPECT_EQ(fault(good), KeyringFault::other_site);
}

TEST_F(KeyringFile, RefusesDatesThatDoNotFit) {
  using std::chrono::days;
  const auto changed = [&](auto change) {
    KeyringContent content = good;
    change(content);
    return fault(content);
  };
  EXPECT_EQ(changed([](auto& k) { k.not_before = k.not_before + days(1); }), KeyringFault::wrong_dates);
  EXPECT_EQ(changed([](auto& k) { k.not_after = k.not_after + days(-1); }), KeyringFault::wrong_dates);
  EXPECT_EQ(changed([](auto& k) { k.accept_until = k.accept_until + days(-1); }), KeyringFault::wrong_dates);
  EXPECT_EQ(changed([](auto& k) { k.destroy_by = k.accept_until + days(13); }), KeyringFault::wrong_dates);
  EXPECT_EQ(changed([](auto& k) { k.week = k.week + std::chrono::weeks(1); }), KeyringFault::wrong_dates);
}

TEST_F(KeyringFile, RefusesEveryMissingMember) {
  for (const char* name : {"format", "site", "serial", "week", "not_before", "not_after", "accept_until",
                           "destroy_by", "max_class", "organisations"})
    EXPECT_EQ(fault_after([&](Json& k) { k.erase(name); }), KeyringFault::malformed) << name;
  for (const char* name : {"id", "name", "recipient", "desk_key", "answer_key", "board_slots"})
    EXPECT_EQ(fault_after([&](Json& k) { k["organisations"][1].erase(name); }), KeyringFault::malformed)
        << name;
}

TEST_F(KeyringFile, RefusesEveryMemberOfAnotherKind) {
  const auto refuses = [&](const std::function<void(Json&)>& change) {
    EXPECT_EQ(fault_after(change), KeyringFault::malformed);
  };
  refuses([](Json& k) { k["format"] = "sandyk-keyring/2"; });
  refuses([](Json& k) { k["serial"] = "7"; });
  refuses([](Json& k) { k["serial"] = -7; });
  refuses([](Json& k) { k["week"] = "2027-W53"; });
  refuses([](Json& k) { k["not_before"] = "2026-12-28T00:00"; });
  refuses([](Json& k) { k["max_class"] = 1000; });
  refuses([](Json& k) { k["organisations"] = Json::array(); });
  refuses([](Json& k) { k["organisations"] = Json::object(); });
  refuses([](Json& k) { k["organisations"][0] = "org"; });
  refuses([](Json& k) { k["organisations"][1]["id"] = "org-1"; });  // twice
  for (const std::string& id :
       {std::string(), std::string("Org"), std::string("a b"), std::string("a/b"), std::string(33, 'a')})
    refuses([&](Json& k) { k["organisations"][0]["id"] = id; });
  refuses([](Json& k) { k["organisations"][0]["name"] = "name"; });
  refuses([](Json& k) { k["organisations"][0]["name"]["ru"] = std::string(301, 'x'); });
  refuses([](Json& k) { k["organisations"][0]["name"]["ru"] = 1; });
  refuses([](Json& k) {
    auto& text = k["organisations"][0]["recipient"].get_ref<std::string&>();
    text.back() = text.back() == 'q' ? 'p' : 'q';
  });
  refuses([](Json& k) { k["organisations"][0]["desk_key"] = "RW"; });
  refuses([](Json& k) { k["organisations"][0]["board_slots"] = 0; });
  refuses([](Json& k) { k["organisations"][0]["board_slots"] = 4097; });
  refuses([](Json& k) { k["nodes"] = "https://a.example"; });
  refuses([](Json& k) { k["nodes"][0] = Json::object(); });
  refuses([](Json& k) { k["nodes"][0]["https"] = "https://" + std::string(300, 'a'); });
  refuses([](Json& k) { k["previous_sha256"] = nullptr; });
  refuses([](Json& k) { k["previous_sha256"] = std::string(63, 'a'); });
}

TEST_F(KeyringFile, TakesItsLimitsAndUnknownMembers) {
  const auto takes = [&](const std::function<void(Json&)>& change) {
    EXPECT_EQ(fault_after(change), std::nullopt);
  };
  takes([](Json& k) { k["new"] = {{"a", 1}}; });
  takes([](Json& k) { k.erase("nodes"); });
  takes([](Json& k) { k["organisations"][0]["id"] = std::string(32, 'a'); });
  takes([](Json& k) { k["organisations"][0]["name"]["ru"] = std::string(300, 'x'); });
  takes([](Json& k) { k["organisations"][0]["name"].erase("ky"); });
  takes([](Json& k) { k["organisations"][0]["board_slots"] = 4096; });
}

TEST_F(KeyringFile, TakesTwentyOrganisationsAndRefusesTwentyOne) {
  const auto fill = [](std::size_t n) {
    return [n](Json& k) {
      const Json one = k["organisations"][0];
      k["organisations"] = Json::array();
      for (std::size_t i = 0; i < n; ++i) {
        k["organisations"].push_back(one);
        k["organisations"].back()["id"] = "o" + std::to_string(i);
      }
    };
  };
  EXPECT_EQ(fault_after(fill(20)), std::nullopt);
  EXPECT_EQ(fault_after(fill(21)), KeyringFault::malformed);
}

TEST_F(KeyringFile, TakesSixtyFourNodesAndRefusesMore) {
  const auto fill = [](std::size_t n) {
    return [n](Json& k) { k["nodes"] = std::vector<Json>(n, Json{{"onion", "a.onion"}}); };
  };
  EXPECT_EQ(fault_after(fill(64)), std::nullopt);
  EXPECT_EQ(fault_after(fill(65)), KeyringFault::malformed);
}

TEST_F(KeyringFile, RefusesMoreThanItsSize) {
  const std::string json = write_keyring(good);
  EXPECT_TRUE(verified(json + std::string(max_keyring_size - json.size(), ' ')));
  EXPECT_EQ(verified(json + std::string(max_keyring_size - json.size() + 1, ' ')).error(),
            KeyringFault::too_large);
}

}  // namespace
}  // namespace sandyk::crypto
