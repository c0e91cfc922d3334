#include "crypto/seal/trust_policy.h"

#include <gtest/gtest.h>

#include "crypto/open/cosigning.h"
#include "crypto/seal/log_key.h"
#include "crypto/seal/merkle.h"

namespace sandyk::crypto {
namespace {

using Fault = PolicyLineFault;
using Names = TrustPolicy::Names;

std::string log_vkey() {
  return LogKey::generate("sandyk/0123456789abcdef").vkey();
}
std::string witness_vkey() {
  return WitnessKey::generate("witness.example/w").vkey();
}
std::string witness(const std::string& name) {
  return "witness " + name + " " + witness_vkey() + "\n";
}

/// The example of the specification.
std::string example() {
  return "log " + log_vkey() + "\n\n" + witness("X1") + witness("X2") + witness("X3") +
         "group X-witnesses 2 X1 X2 X3\n\n" + witness("Y1") + witness("Y2") + witness("Y3") +
         "group Y-witnesses any Y1 Y2 Y3\n\n" + "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n";
}

PolicyLineFault fault_of(const std::string& file) {
  const auto policy = TrustPolicy::parse(file);
  EXPECT_FALSE(policy) << file;
  return policy ? Fault::too_large : policy.error().fault;
}

TEST(TrustPolicy, DecidesTheExampleOfTheSpecification) {
  const auto policy = TrustPolicy::parse(example());
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->logs().size(), 1U);
  EXPECT_EQ(policy->witnesses().size(), 6U);
  for (const Names& enough : {Names{"X1", "X2", "Y1"}, Names{"X1", "X3", "Y3"}, Names{"X2", "X3", "Y1", "Y2"},
                              Names{"X1", "X2", "X3", "Y1", "Y2", "Y3"}})
    EXPECT_TRUE(policy->is_satisfied(enough));
  for (const Names& few : {Names{}, Names{"X1", "X2", "X3"}, Names{"X1", "Y1", "Y2", "Y3"}, Names{"Y1"},
                           Names{"X-and-Y"}, Names{"X-witnesses", "Y-witnesses"}, Names{"x1", "x2", "Y1"}})
    EXPECT_FALSE(policy->is_satisfied(few));
}

TEST(TrustPolicy, TakesASingleWitnessOrNone) {
  const auto one = TrustPolicy::parse(witness("W") + witness("V") + "quorum W\n");
  ASSERT_TRUE(one);
  EXPECT_TRUE(one->is_satisfied(Names{"W"}));
  EXPECT_FALSE(one->is_satisfied(Names{"V"}));
  const auto none = TrustPolicy::parse("quorum none\n");
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->is_satisfied(Names{}));
}

TEST(TrustPolicy, ReadsCommentsWhiteSpaceAndUrls) {
  const auto policy = TrustPolicy::parse("# ours\n \t# too\n\n \t\nlog\t" + log_vkey() +
                                         " https://a.example/log  \n  witness  W \t" + witness_vkey() +
                                         " https://w.example\nquorum W");
  EXPECT_FALSE(policy);
  EXPECT_EQ(policy.error().fault, Fault::no_newline);
  EXPECT_EQ(policy.error().line, 7U);
  const auto whole =
      TrustPolicy::parse("# ours\nlog\t" + log_vkey() + " https://a.example/log  \n  witness  W \t" +
                         witness_vkey() + " https://w.example\n quorum  W \n");
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->logs()[0].url, "https://a.example/log");
  EXPECT_EQ(whole->witnesses()[0].url, "https://w.example");
}

TEST(TrustPolicy, NamesWhatIsWrongAndWhere) {
  const std::string w = witness("A") + witness("B") + witness("C");
  EXPECT_EQ(fault_of(""), Fault::no_quorum);
  EXPECT_EQ(fault_of(w), Fault::no_quorum);
  EXPECT_EQ(fault_of("quorum none\nquorum none\n"), Fault::twice);
  EXPECT_EQ(fault_of("quorum A\n"), Fault::unknown);
  EXPECT_EQ(fault_of("quorum\n"), Fault::words);
  EXPECT_EQ(fault_of("quorum none A\n"), Fault::words);
  EXPECT_EQ(fault_of("Quorum none\n"), Fault::keyword);
  EXPECT_EQ(fault_of("quorum A\n" + w), Fault::unknown);  // defined too late
  EXPECT_EQ(fault_of("log\n"), Fault::words);
  EXPECT_EQ(fault_of("log x\n"), Fault::key);
  EXPECT_EQ(fault_of("log " + witness_vkey() + "\n"), Fault::key);
  EXPECT_EQ(fault_of("witness A " + log_vkey() + "\n"), Fault::key);
  EXPECT_EQ(fault_of("witness A\n"), Fault::words);
  EXPECT_EQ(fault_of(witness("none")), Fault::twice);
  EXPECT_EQ(fault_of(witness("A") + witness("A")), Fault::twice);
  EXPECT_EQ(fault_of(w + "group A any B\n"), Fault::twice);
  EXPECT_EQ(fault_of(w + "group G any\n"), Fault::words);
  EXPECT_EQ(fault_of(w + "group G any D\n"), Fault::unknown);
  EXPECT_EQ(fault_of(w + "group G any none\n"), Fault::unknown);
  EXPECT_EQ(fault_of(w + "group G any G\n"), Fault::unknown);
  EXPECT_EQ(fault_of(w + "group G any A A\n"), Fault::twice);
  EXPECT_EQ(fault_of(w + "group G any A B\ngroup H any A C\n"), Fault::twice);
  for (const char* k : {"0", "4", "01", "+1", "-1", "some", "99999999999999999999"})
    EXPECT_EQ(fault_of(w + "group G " + k + " A B C\n"), Fault::threshold) << k;
  EXPECT_EQ(fault_of("quorum none\r\n"), Fault::character);
  EXPECT_EQ(fault_of("# \x7f\nquorum none\n"), Fault::character);
  EXPECT_EQ(fault_of(std::string(max_policy_file, '\n') + "\n"), Fault::too_large);
  const auto second = TrustPolicy::parse("quorum none\nwhat\n");
  EXPECT_EQ(second.error().line, 2U);
}

TEST(TrustPolicy, RefusesTheSameKeyTwiceUnderAnotherName) {
  const auto key = WitnessKey::generate("a");
  const NoteKey same("b", NoteKeyType::cosignature, key.key().key());
  EXPECT_EQ(fault_of("witness A " + key.vkey() + "\nwitness B " + same.text() + "\nquorum none\n"),
            Fault::twice);
}

TEST(TrustPolicy, SupportsThirtyTwoOfEachAndHasLimits) {
  std::string file;
  for (int i = 0; i < 32; ++i)
    file += "log " + log_vkey() + "\n" + witness("W" + std::to_string(i)) + "group G" + std::to_string(i) +
            " all W" + std::to_string(i) + "\n";
  EXPECT_TRUE(TrustPolicy::parse(file + "quorum G31\n"));
  std::string logs, witnesses, groups = witness("G0");
  for (std::size_t i = 0; i <= max_policy_logs; ++i) logs += "log " + log_vkey() + "\n";
  for (std::size_t i = 0; i <= max_policy_witnesses; ++i) witnesses += witness(std::to_string(i));
  for (std::size_t i = 1; i <= max_policy_groups + 1; ++i)
    groups += "group G" + std::to_string(i) + " all G" + std::to_string(i - 1) + "\n";
  for (const std::string& many : {logs, witnesses, groups})
    EXPECT_EQ(fault_of(many + "quorum none\n"), Fault::too_many);
}

TEST(TrustPolicy, FindsTheCosignersOfANote) {
  const auto log = LogKey::generate("sandyk/0123456789abcdef");
  const auto a = WitnessKey::generate("a.example"), b = WitnessKey::generate("b.example");
  const auto policy = TrustPolicy::parse("witness A " + a.vkey() + "\nwitness B " + b.vkey() +
                                         "\ngroup G all A B\nquorum G\n");
  ASSERT_TRUE(policy);
  const Date day = *Date::parse("2026-11-23");
  const std::string note = log.sign({log.name(), 0, empty_root()});
  const auto by_a = *a.cosign(note, day);
  const auto by_both = *b.cosign(by_a, day + std::chrono::days(1));
  const auto cosigned = policy->cosigners(*SignedNote::parse(by_both));
  ASSERT_TRUE(cosigned);
  EXPECT_EQ(*cosigned, (TrustPolicy::Times{{"A", 1'795'392'000}, {"B", 1'795'392'000 + 86'400}}));
  EXPECT_TRUE(policy->is_satisfied(*cosigned));
  EXPECT_FALSE(policy->is_satisfied(*policy->cosigners(*SignedNote::parse(by_a))));
  // One that does not fit is a fault, not a witness less.
  std::string wrong = by_both;
  wrong[log.name().size() + 1] = '1';
  EXPECT_EQ(policy->cosigners(*SignedNote::parse(wrong)).error(), NoteFault::wrong);
}

}  // namespace
}  // namespace sandyk::crypto
