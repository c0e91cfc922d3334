// Emergency contacts of the page: signed by the root, strict, and shown as text.
#include "reporter/page/contacts.h"

#include <gtest/gtest.h>

#include "crypto/open/signing.h"
#include "reporter/page/page.h"

namespace sandyk::page {
namespace {

using crypto::bytes_of;
using crypto::SignedKind;
using crypto::SigningKey;

std::string texts(const std::string& text) {
  return R"({"ru":")" + text + R"(","ky":")" + text + R"(","en":")" + text + "\"}";
}

std::string contacts_of(const std::string& site, const std::string& line = "112 & <b>") {
  return R"({"format":"sandyk-contacts/1","site":")" + site +
         R"(","date":"2026-11-24","countries":[{"country":)" + texts("Кыргызстан") + R"(,"lines":[)" +
         texts(line) + "]}]}";
}

class ContactsFile : public ::testing::Test {
 protected:
  tl::expected<Contacts, ContactsFault> verify(const std::string& json, SignedKind kind,
                                               const std::string& mark, const SigningKey& by) const {
    return verify_contacts(bytes_of(json), by.sign(bytes_of(json), kind, root_.verify_key().site(), mark),
                           root_.verify_key());
  }

  const SigningKey root_ = SigningKey::generate(), other_ = SigningKey::generate();
  const std::string good_ = contacts_of(root_.verify_key().site());
};

TEST_F(ContactsFile, OfTheRootAreRead) {
  const auto contacts = verify(good_, SignedKind::statement, "2026-11-24", root_);
  ASSERT_TRUE(contacts);
  ASSERT_EQ(1U, contacts->countries.size());
  EXPECT_EQ("112 & <b>", contacts->countries[0].lines[0].at("ky"));
}

TEST_F(ContactsFile, OfAnotherKeyKindDateOrSiteAreRefused) {
  EXPECT_EQ(ContactsFault::signature, verify(good_, SignedKind::statement, "2026-11-24", other_).error());
  EXPECT_EQ(ContactsFault::signature, verify(good_, SignedKind::policy, "2026-11-24", root_).error());
  EXPECT_EQ(ContactsFault::signature, verify(good_, SignedKind::statement, "2026-11-25", root_).error());
  EXPECT_EQ(ContactsFault::signature,
            verify(contacts_of("0123456789abcdef"), SignedKind::statement, "2026-11-24", root_).error());
  EXPECT_EQ(ContactsFault::malformed, verify("{}", SignedKind::statement, "2026-11-24", root_).error());
}

TEST_F(ContactsFile, WithATextMissingEmptyOrTooLongAreNone) {
  EXPECT_TRUE(parse_contacts(bytes_of(good_)));
  for (const std::string& line : {std::string(), std::string("a\\nb"), std::string(201, 'x')})
    EXPECT_FALSE(parse_contacts(bytes_of(contacts_of("0123456789abcdef", line)))) << line;
  std::string one_language = good_;
  one_language.replace(one_language.rfind("\"ky\""), 4, "\"kz\"");
  EXPECT_FALSE(parse_contacts(bytes_of(one_language)));
}

TEST_F(ContactsFile, AreShownAsTextInThePageOfEachLanguage) {
  const auto contacts = parse_contacts(bytes_of(good_));
  ASSERT_TRUE(contacts);
  for (const std::string_view language : languages) {
    const std::string page = make(language, root_.verify_key(), &*contacts);
    EXPECT_NE(std::string::npos, page.find("<li>112 &amp; &lt;b></li>"));
    EXPECT_EQ(page, make(language, root_.verify_key(), &*contacts));
    EXPECT_EQ(std::string::npos, make(language, root_.verify_key()).find("id=\"contacts\""));
  }
}

TEST(PagePolicy, NamesTheNodesAndNothingThatIsNoOrigin) {
  const std::string page = make("en", SigningKey::generate().verify_key());
  const std::string policy = policy_of(page, {"https://one.example", "http://two.onion",
                                              "https://x; script-src *", "javascript:", "https://"});
  EXPECT_NE(std::string::npos, policy.find("connect-src 'self' https://one.example http://two.onion;"));
  EXPECT_EQ(std::string::npos, policy.find('*'));
  EXPECT_EQ(std::string::npos, policy.find("unsafe"));
}

TEST(FormSentences, AreInEveryLanguageForEveryCode) {
  for (const std::string_view code : {"stored", "week-over", "puzzle", "no such code", ""})
    EXPECT_EQ(3U, form_sentences(code).size()) << code;
  EXPECT_EQ(form_sentences("other"), form_sentences("no such code"));
  EXPECT_NE(form_sentences("stored"), form_sentences("other"));
}

}  // namespace
}  // namespace sandyk::page
