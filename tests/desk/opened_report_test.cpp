#include "desk/opened_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/open/receipt.h"
#include "crypto/seal/age/seal.h"
#include "tests/support/keyrings.h"

namespace sandyk::desk {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view document = R"({"v":"1.0.0","lang":"en","narrative":"FICTIONAL."})";

class OpenedReportTest : public ::testing::Test {
 protected:
  crypto::Bytes seal(std::string_view text, std::optional<crypto::ByteView> thread,
                     std::vector<report::FileToPack> files = {}) const {
    crypto::Bytes packed;
    const auto done = report::pack(crypto::bytes_of(text), thread, files, [&](crypto::ByteView part) {
      packed.insert(packed.end(), part.begin(), part.end());
      return true;
    });
    EXPECT_TRUE(done);
    return *crypto::age::seal(recipients(), packed);
  }

  std::vector<crypto::age::HybridRecipient> recipients() const {
    return {site_.identities[0].recipient(), site_.identities[1].recipient()};
  }

  /// thread.json of a report or follow-up with the document above; `signed_over` is what the signature is
  /// for.
  crypto::WipedBytes thread(report::ThreadKind kind, std::string_view signed_over = document) const {
    auto keys = crypto::derive_thread_keys(crypto::ReceiptCode::random(), site_.root.verify_key());
    report::Thread thread{keys.thread, crypto::ReplyKey::random(), keys.verify_key, kind, 1, 1, std::nullopt};
    if (kind == report::ThreadKind::followup || kind == report::ThreadKind::withdraw)
      thread.signature = keys.sign(
          report::signing_message(kind, keys.thread, crypto::sha256(crypto::bytes_of(signed_over)), {}));
    return report::write_thread(thread);
  }

  tl::expected<OpenedReport, NotOpened> open(crypto::ByteView sealed) const {
    return open_report(sealed, site_.identities);
  }

  testing::TestSite site_ = testing::TestSite::make(2);
};

TEST_F(OpenedReportTest, ReadsAReportWithoutRemarks) {
  const auto report = open(seal(document, thread(report::ThreadKind::report)));
  ASSERT_TRUE(report);
  EXPECT_THAT(report->remarks, IsEmpty());
  EXPECT_EQ(report->document->text("narrative"), "FICTIONAL.");
  EXPECT_FALSE(report->is_cover());
}

TEST_F(OpenedReportTest, RemarksThatAReportWithoutThreadCannotBeAnswered) {
  const auto report = open(seal(document, std::nullopt));
  ASSERT_TRUE(report);
  EXPECT_THAT(report->remarks.at(0), HasSubstr("cannot be answered"));
}

TEST_F(OpenedReportTest, KeepsAReportWhoseDocumentCannotBeRead) {
  const auto report = open(seal("{", thread(report::ThreadKind::report)));
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->document);
  EXPECT_EQ(report->unpacked.document.size(), 1U);
  EXPECT_THAT(report->remarks.at(0), HasSubstr("report.json"));
}

TEST_F(OpenedReportTest, RemarksAFileThatTheDocumentDoesNotList) {
  const crypto::Bytes content{1, 2, 3};
  const auto report = open(seal(document, thread(report::ThreadKind::report), {{"a1", content}}));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->remarks.size(), 1U);
  EXPECT_EQ(report->unpacked.files.size(), 1U);
}

TEST_F(OpenedReportTest, TakesASignatureOverThisReportAndNoOther) {
  const auto good = open(seal(document, thread(report::ThreadKind::followup)));
  ASSERT_TRUE(good);
  EXPECT_THAT(good->remarks, IsEmpty());
  const auto bad = open(seal(document, thread(report::ThreadKind::followup, "another document")));
  ASSERT_TRUE(bad);
  EXPECT_THAT(bad->remarks.at(0), HasSubstr("signature does not fit"));
}

TEST_F(OpenedReportTest, KnowsCoverTraffic) {
  const auto report = open(seal(document, thread(report::ThreadKind::cover)));
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->is_cover());
}

TEST_F(OpenedReportTest, TellsAMissingKeyFromADamagedReport) {
  auto sealed = seal(document, std::nullopt);
  const auto without = open_report(sealed, {});
  ASSERT_FALSE(without);
  EXPECT_TRUE(without.error().is_for_want_of_a_key);
  sealed.back() ^= 1;
  const auto damaged = open(sealed);
  ASSERT_FALSE(damaged);
  EXPECT_FALSE(damaged.error().is_for_want_of_a_key);
}

TEST_F(OpenedReportTest, RefusesWhatIsNoPackedReport) {
  const auto report = open(*crypto::age::seal(recipients(), crypto::Bytes(16384)));
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().why, HasSubstr("it opened, but"));
}

}  // namespace
}  // namespace sandyk::desk
