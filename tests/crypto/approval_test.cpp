#include "crypto/seal/approval.h"

#include <gtest/gtest.h>

#include "crypto/seal/text_encoding.h"
#include "tests/support/approvals.h"

namespace sandyk::crypto {
namespace {

using testing::approval;

class ApprovalByTwo : public ::testing::Test {
 protected:
  testing::TwoPeople people;
  std::string site = "0123456789abcdef";
  std::vector<VerifyKey> allowed = people.keys();
  std::vector<Approval> approvals = people.approve("text", site, "mark");

  bool is_approved(std::string_view text = "text", std::string_view mark = "mark") const {
    return approved_by_two(text, approvals, allowed, site, mark);
  }
};

TEST_F(ApprovalByTwo, TakesTwoSignaturesOfTwoAllowedKeys) {
  EXPECT_TRUE(is_approved());
  std::swap(approvals[0], approvals[1]);
  EXPECT_TRUE(is_approved());
}

TEST_F(ApprovalByTwo, RefusesNoneAndOne) {
  approvals.pop_back();
  EXPECT_FALSE(is_approved());
  approvals.clear();
  EXPECT_FALSE(is_approved());
}

TEST_F(ApprovalByTwo, RefusesTheSameKeyTwice) {
  approvals[1] = approvals[0];
  EXPECT_FALSE(is_approved());
  approvals[1] = approval(people.first, "text", site, "mark");
  EXPECT_FALSE(is_approved());
}

TEST_F(ApprovalByTwo, CountsAKeyUnderTwoIdsOnce) {
  const VerifyKey twin = testing::under_another_id(people.first.verify_key());
  allowed.push_back(twin);
  std::string signature = approvals[0].signature;  // the id stands outside what is signed
  Bytes head = from_base64(signature.substr(signature.find('\n') + 1, 100), Base64::padded).value();
  std::copy(twin.id().begin(), twin.id().end(), head.begin() + 2);
  signature.replace(signature.find('\n') + 1, 100, to_base64(head, Base64::padded));
  approvals[1] = {twin, signature};
  ASSERT_TRUE(approvals[1].is_of("text", site, "mark"));
  EXPECT_FALSE(is_approved());
}

TEST_F(ApprovalByTwo, RefusesAKeyThatIsNotAllowed) {
  allowed.pop_back();
  EXPECT_FALSE(is_approved());
  allowed.clear();
  EXPECT_FALSE(is_approved());
}

TEST_F(ApprovalByTwo, RefusesAnotherTextMarkSiteOrKind) {
  EXPECT_FALSE(is_approved("text "));
  EXPECT_FALSE(is_approved("text", "marks"));
  approvals[1] = approval(people.second, "text", "0123456789abcdee", "mark");
  EXPECT_FALSE(is_approved());
  approvals[1].signature = people.second.sign(bytes_of("text"), SignedKind::policy, site, "mark");
  EXPECT_FALSE(is_approved());
}

TEST_F(ApprovalByTwo, RefusesASignatureUnderAnothersName) {
  approvals[1].signature = approvals[0].signature;
  EXPECT_FALSE(is_approved());
}

TEST_F(ApprovalByTwo, IsReadAsItWasWritten) {
  Json object;
  for (const std::size_t n : {2U, 1U, 0U}) {
    approvals.resize(n, approvals[0]);
    object["signed_by"] = write_approvals(approvals);
    EXPECT_EQ(approvals_member(object), approvals);
  }
}

TEST_F(ApprovalByTwo, IsNotReadWhenSomethingIsWrongWithIt) {
  const Json good = {{"signed_by", write_approvals(approvals)}};
  ASSERT_TRUE(approvals_member(good));
  const auto refuses = [&](auto change) {
    Json object = good;
    change(object["signed_by"]);
    EXPECT_FALSE(approvals_member(object)) << object.dump();
  };
  refuses([](Json& list) { list = Json::object(); });
  refuses([](Json& list) { list.push_back(list[0]); });  // three
  refuses([](Json& list) { list[1] = list[0]; });        // the same key twice
  refuses([](Json& list) { list[1] = "approval"; });
  refuses([](Json& list) { list[1].erase("key"); });
  refuses([](Json& list) { list[1].erase("signature"); });
  refuses([](Json& list) { list[1]["key"] = "RW"; });
  refuses([](Json& list) { list[1]["key"] = list[1]["key"].get<std::string>() + "\n"; });
  refuses([](Json& list) { list[1]["signature"] = std::string(4097, 'x'); });
  EXPECT_FALSE(approvals_member(Json::object()));
  EXPECT_FALSE(approvals_member(Json("text")));
}

}  // namespace
}  // namespace sandyk::crypto
