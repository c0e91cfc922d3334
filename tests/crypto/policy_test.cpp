#include "crypto/seal/policy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "crypto/seal/text_encoding.h"
#include "tests/support/approvals.h"

namespace sandyk::crypto {
namespace {

Date day(const char* text) {
  return Date::parse(text).value();
}

std::string some_log_key(std::string_view name = "sandyk/log") {
  Bytes key(33, 7);
  key[0] = 1;
  return std::string(name) + "+0123abcd+" + to_base64(key, Base64::padded);
}

std::vector<EpochId> some_epochs(std::size_t n) {
  std::vector<EpochId> epochs;
  for (std::size_t i = 0; i < n; ++i) epochs.push_back(random_epoch_id());
  std::sort(epochs.begin(), epochs.end());
  return epochs;
}

class PolicyFile : public ::testing::Test {
 protected:
  SigningKey signer = SigningKey::generate();
  VerifyKey root = signer.verify_key();
  testing::TwoPeople people;
  PolicyContent good{root.site(),
                     3,
                     day("2026-11-23"),
                     day("2027-11-23"),
                     "the board of the network",
                     some_log_key(),
                     people.keys(),
                     {},
                     {hold("court-1"), hold("safety-2")},
                     sha256(bytes_of("the one before"))};

  Hold hold(const std::string& id) const {
    Hold made{id, some_epochs(3), "court", day("2027-06-01"), day("2027-03-01"), {}};
    made.signed_by = people.approve(hold_text(root.site(), made), root.site(), made.until.text());
    return made;
  }
  tl::expected<Policy, PolicyFault> verified(const std::string& json, std::string_view mark = "3",
                                             SignedKind kind = SignedKind::policy) const {
    return Policy::verify(bytes_of(json), signer.sign(bytes_of(json), kind, root.site(), mark), root);
  }
  PolicyFault fault(const PolicyContent& content) const { return verified(write_policy(content)).error(); }
  /// The fault of the good policy after a change to its JSON; nothing when it is still read.
  std::optional<PolicyFault> fault_after(const std::function<void(Json&)>& change) const {
    Json json = parse_json(bytes_of(write_policy(good)), max_policy_size).value();
    change(json);
    const auto result = verified(write_json(json));
    return result ? std::nullopt : std::optional(result.error());
  }
  void refuses(const std::function<void(Json&)>& change) const {
    EXPECT_EQ(fault_after(change), PolicyFault::malformed);
  }
};

TEST_F(PolicyFile, IsReadAsItWasWritten) {
  const std::string json = write_policy(good);
  const auto policy = verified(json);
  ASSERT_TRUE(policy) << sentence(policy.error());
  EXPECT_EQ(write_policy(policy->content()), json);
  EXPECT_EQ(policy->json(), json);
  EXPECT_EQ(policy->hash(), sha256(bytes_of(json)));
  const PolicyContent& read = policy->content();
  EXPECT_EQ(read.serial, 3U);
  EXPECT_EQ(read.owner, good.owner);
  EXPECT_EQ(read.officers, people.keys());
  EXPECT_EQ(read.unread, (UnreadTerms{30, 7, 7}));
  EXPECT_EQ(read.previous, good.previous);
  ASSERT_EQ(read.holds.size(), 2U);
  EXPECT_EQ(read.holds[0].epochs, good.holds[0].epochs);
  EXPECT_TRUE(approved_by_two(hold_text(read.site, read.holds[1]), read.holds[1].signed_by, read.officers,
                              read.site, "2027-06-01"));
}

TEST_F(PolicyFile, HoldTextIsExactlyThis) {
  Hold h{"h-1",
         {*EpochId::parse("00000000000000000000000000000001"),
          *EpochId::parse("0000000000000000000000000000000a")},
         "other",
         day("2027-06-01"),
         day("2027-03-01"),
         {}};
  EXPECT_EQ(
      hold_text("0123456789abcdef", h),
      "sandyk/hold/1\n0123456789abcdef\nh-1\n"
      "00000000000000000000000000000001,0000000000000000000000000000000a\nother\n2027-06-01\n2027-03-01\n");
}

TEST_F(PolicyFile, NamesTheFaultOfItsSignature) {
  const std::string json = write_policy(good);
  const auto signature = signer.sign(bytes_of(json), SignedKind::policy, root.site(), "3");
  EXPECT_EQ(Policy::verify(bytes_of(json), "", root).error(), PolicyFault::malformed_signature);
  EXPECT_EQ(Policy::verify(bytes_of(json + " "), signature, root).error(), PolicyFault::wrong_signature);
  EXPECT_EQ(Policy::verify(bytes_of(json), signature, people.first.verify_key()).error(),
            PolicyFault::other_key);
  EXPECT_EQ(verified(json, "3", SignedKind::keyring).error(), PolicyFault::other_kind);
  EXPECT_EQ(verified(json, "4").error(), PolicyFault::wrong_serial);
  EXPECT_EQ(verified(json, "03").error(), PolicyFault::wrong_serial);
}

TEST_F(PolicyFile, RefusesAnotherSite) {
  const std::string json = write_policy(good);
  const std::string other = people.first.verify_key().site();
  EXPECT_EQ(Policy::verify(bytes_of(json), signer.sign(bytes_of(json), SignedKind::policy, other, "3"), root)
                .error(),
            PolicyFault::other_site);
  good.site = other;
  EXPECT_EQ(fault(good), PolicyFault::other_site);
}

TEST_F(PolicyFile, RefusesDatesThatDoNotFit) {
  const auto changed = [&](auto change) {
    PolicyContent content = good;
    change(content);
    return fault(content);
  };
  EXPECT_EQ(changed([](auto& p) { p.review_by = p.not_before; }), PolicyFault::wrong_dates);
  EXPECT_EQ(changed([](auto& p) { p.review_by = day("2020-01-01"); }), PolicyFault::wrong_dates);
  EXPECT_EQ(changed([](auto& p) { p.holds[1].review_by = p.holds[1].until + std::chrono::days(1); }),
            PolicyFault::wrong_dates);
}

TEST_F(PolicyFile, RefusesTermsThatContradictEachOther) {
  const auto with = [&](UnreadTerms terms) {
    good.unread = terms;
    const auto result = verified(write_policy(good));
    return result ? std::nullopt : std::optional(result.error());
  };
  EXPECT_EQ(with({0, 0, 0}), PolicyFault::wrong_terms);
  EXPECT_EQ(with({6, 7, 6}), PolicyFault::wrong_terms);
  EXPECT_EQ(with({6, 6, 7}), PolicyFault::wrong_terms);
  EXPECT_EQ(with({3651, 7, 7}), PolicyFault::malformed);
  EXPECT_EQ(with({3650, 3650, 3650}), std::nullopt);
  EXPECT_EQ(with({1, 0, 0}), std::nullopt);
}

TEST_F(PolicyFile, RefusesEveryMissingMember) {
  for (const char* name : {"format", "site", "serial", "not_before", "review_by", "owner", "log_key",
                           "officers", "unread", "holds"})
    EXPECT_EQ(fault_after([&](Json& p) { p.erase(name); }), PolicyFault::malformed) << name;
  for (const char* name : {"keep_days", "min_days", "after_import_days"})
    EXPECT_EQ(fault_after([&](Json& p) { p["unread"].erase(name); }), PolicyFault::malformed) << name;
  for (const char* name : {"id", "epochs", "reason", "until", "review_by", "signed_by"})
    EXPECT_EQ(fault_after([&](Json& p) { p["holds"][1].erase(name); }), PolicyFault::malformed) << name;
  EXPECT_EQ(fault_after([&](Json& p) { p.erase("previous_sha256"); }), std::nullopt);
}

TEST_F(PolicyFile, RefusesEveryMemberOfAnotherKind) {
  refuses([](Json& p) { p["format"] = "sandyk-policy/2"; });
  for (const char* site : {"", "0123456789abcde", "0123456789abcdeF", "0123456789abcdef0"})
    refuses([&](Json& p) { p["site"] = site; });
  refuses([](Json& p) { p["serial"] = "3"; });
  refuses([](Json& p) { p["serial"] = -3; });
  refuses([](Json& p) { p["serial"] = 0; });
  refuses([](Json& p) { p["not_before"] = "2026-11-23T00:00"; });
  refuses([](Json& p) { p["review_by"] = "2027-02-29"; });
  for (const std::string& owner : {std::string(), std::string(301, 'a'), std::string("a\nb")})
    refuses([&](Json& p) { p["owner"] = owner; });
  refuses([](Json& p) { p["officers"] = "RW"; });
  refuses([](Json& p) { p["officers"][0] = "RW"; });
  refuses([](Json& p) { p["officers"][0] = 1; });
  refuses([](Json& p) { p["officers"][0] = p["officers"][0].get<std::string>() + "\n"; });
  refuses([](Json& p) { p["officers"][0] = p["officers"][1]; });  // twice
  refuses([&](Json& p) {
    p["officers"][0] =
        testing::under_another_id(people.second.verify_key()).text();  // twice, by another name
  });
  refuses([](Json& p) { p["unread"] = 30; });
  refuses([](Json& p) { p["unread"]["keep_days"] = "30"; });
  refuses([](Json& p) { p["unread"]["min_days"] = 7.5; });
  refuses([](Json& p) { p["unread"]["after_import_days"] = -1; });
  refuses([](Json& p) { p["previous_sha256"] = nullptr; });
}

TEST_F(PolicyFile, RefusesAHoldThatIsNotOne) {
  refuses([](Json& p) { p["holds"] = Json::object(); });
  refuses([](Json& p) { p["holds"][0] = "hold"; });
  refuses([](Json& p) { p["holds"][1]["id"] = p["holds"][0]["id"]; });
  for (const std::string& id : {std::string(), std::string("A"), std::string("a b"), std::string(33, 'a')})
    refuses([&](Json& p) { p["holds"][0]["id"] = id; });
  refuses([](Json& p) { p["holds"][0]["epochs"] = Json::array(); });
  refuses([](Json& p) { p["holds"][0]["epochs"] = "00000000000000000000000000000001"; });
  refuses([](Json& p) { p["holds"][0]["epochs"][0] = 1; });
  refuses([](Json& p) { p["holds"][0]["epochs"][0] = std::string(31, '0'); });
  refuses([](Json& p) { p["holds"][0]["epochs"][1] = p["holds"][0]["epochs"][0]; });            // twice
  refuses([](Json& p) { std::swap(p["holds"][0]["epochs"][0], p["holds"][0]["epochs"][1]); });  // not sorted
  refuses([](Json& p) { p["holds"][0]["reason"] = "because"; });
  refuses([](Json& p) { p["holds"][0]["until"] = "2027-06"; });
  refuses([](Json& p) { p["holds"][0]["signed_by"].erase(1); });  // one is not enough
  refuses([](Json& p) { p["holds"][0]["signed_by"][1] = p["holds"][0]["signed_by"][0]; });
}

TEST_F(PolicyFile, TakesItsLimitsAndUnknownMembers) {
  const auto takes = [&](const std::function<void(Json&)>& change) {
    EXPECT_EQ(fault_after(change), std::nullopt);
  };
  takes([](Json& p) { p["new"] = {{"a", 1}}; });
  takes([](Json& p) { p["holds"][0]["new"] = 1; });
  takes([](Json& p) { p["owner"] = std::string(300, 'a'); });
  takes([](Json& p) { p["holds"] = Json::array(); });
  takes([](Json& p) { p["officers"] = Json::array(); });
  for (std::string_view reason : hold_reasons) takes([&](Json& p) { p["holds"][0]["reason"] = reason; });
}

TEST_F(PolicyFile, TakesSixtyFourHoldsAndRefusesMore) {
  const auto fill = [](std::size_t n) {
    return [n](Json& p) {
      const Json one = p["holds"][0];
      p["holds"] = Json::array();
      for (std::size_t i = 0; i < n; ++i) {
        p["holds"].push_back(one);
        p["holds"].back()["id"] = "h" + std::to_string(i);
      }
    };
  };
  EXPECT_EQ(fault_after(fill(64)), std::nullopt);
  EXPECT_EQ(fault_after(fill(65)), PolicyFault::malformed);
}

TEST_F(PolicyFile, TakesAThousandEpochsAHoldAndRefusesMore) {
  good.holds[0].epochs = some_epochs(1000);
  EXPECT_TRUE(verified(write_policy(good)));
  good.holds[0].epochs = some_epochs(1001);
  EXPECT_EQ(fault(good), PolicyFault::malformed);
}

TEST_F(PolicyFile, TakesThirtyTwoOfficersAndRefusesMore) {
  while (good.officers.size() < 32) good.officers.push_back(SigningKey::generate().verify_key());
  EXPECT_TRUE(verified(write_policy(good)));
  good.officers.push_back(SigningKey::generate().verify_key());
  EXPECT_EQ(fault(good), PolicyFault::malformed);
}

TEST_F(PolicyFile, RefusesMoreThanItsSize) {
  const std::string json = write_policy(good);
  EXPECT_TRUE(verified(json + std::string(max_policy_size - json.size(), ' ')));
  EXPECT_EQ(verified(json + std::string(max_policy_size - json.size() + 1, ' ')).error(),
            PolicyFault::too_large);
}

TEST(LogKey, IsANameEightDigitsAndAKeyOfTypeOne) {
  EXPECT_TRUE(is_log_key(some_log_key()));
  EXPECT_TRUE(
      is_log_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"));  // of the spec
  const std::string good = some_log_key("n");
  EXPECT_FALSE(is_log_key(good.substr(1)));  // no name
  EXPECT_FALSE(is_log_key(some_log_key("a b")));
  EXPECT_FALSE(is_log_key(some_log_key("a\nb")));
  EXPECT_FALSE(is_log_key(some_log_key("a+b")));
  EXPECT_FALSE(is_log_key(some_log_key(std::string(300, 'a'))));
  EXPECT_FALSE(is_log_key(""));
  EXPECT_FALSE(is_log_key("n+0123abcd"));
  EXPECT_FALSE(is_log_key("n+0123ABCD" + good.substr(10)));
  EXPECT_FALSE(is_log_key("n+0123abc" + good.substr(10)));
  EXPECT_FALSE(is_log_key(good + "\n"));
  EXPECT_FALSE(is_log_key(good + "AAAA"));
  std::string other_type = good;
  other_type.replace(11, 4, "BAcH");  // 0x04: a cosignature key
  EXPECT_FALSE(is_log_key(other_type));
}

}  // namespace
}  // namespace sandyk::crypto
