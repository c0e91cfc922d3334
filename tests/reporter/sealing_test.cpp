#include "reporter/sealing.h"

#include <gtest/gtest.h>

#include "crypto/open/age/open.h"
#include "report/packing.h"
#include "report/thread.h"
#include "tests/report/samples.h"
#include "tests/support/keyrings.h"

namespace sandyk::reporter {
namespace {

using crypto::bytes_of;

const crypto::Week week = *crypto::Week::parse("2026-W48");

crypto::Keyring verified(const testing::TestSite& site, const crypto::KeyringContent& content) {
  const auto signed_keyring = site.sign(content);
  return *crypto::Keyring::verify(bytes_of(signed_keyring.json), signed_keyring.signature,
                                  site.root.verify_key());
}

Report report_with_file(std::string_view content) {
  Report report{*report::Document::parse(bytes_of(testing::sample("report_ru"))), {}};
  report.contents.emplace_back(content.begin(), content.end());
  report.document.set_attachments(
      {{"a1", "photo", content.size(), crypto::sha256(bytes_of(content)), "image/jpeg"}});
  return report;
}

tl::expected<crypto::WipedBytes, crypto::age::OpenFault> open(const Sealed& sealed,
                                                              const crypto::age::HybridIdentity& identity) {
  return crypto::age::open_small(sealed.bytes, std::span(&identity, 1), report::max_packed_size);
}

}  // namespace

TEST(Sealing, IsOpenedByEveryOrganisationAndHoldsTheWholeReport) {
  const auto site = testing::TestSite::make(3);
  const auto keyring = verified(site, site.content(week));
  const Report report = report_with_file("a photograph");
  const auto sealed = seal_report(report, keyring, site.root.verify_key(), {});
  ASSERT_TRUE(sealed);
  EXPECT_EQ(sealed->sealed.week, week);
  EXPECT_EQ(sealed->sealed.id, crypto::report_id(sealed->sealed.bytes));
  EXPECT_EQ(sealed->sealed.bytes.size(), crypto::sealed_length(16 * crypto::kib, 3));
  for (const auto& identity : site.identities) {
    const auto packed = open(sealed->sealed, identity);
    ASSERT_TRUE(packed);
    EXPECT_EQ(packed->size(), 16 * crypto::kib);
    const auto unpacked = report::unpack(*packed);
    ASSERT_TRUE(unpacked);
    EXPECT_EQ(crypto::text_of(unpacked->document), report.document.write());
    EXPECT_TRUE(report::check_attachments(report.document, *unpacked));
  }
}

TEST(Sealing, CarriesTheThreadOfTheReceipt) {
  const auto site = testing::TestSite::make(1);
  const auto keyring = verified(site, site.content(week));
  const auto sealed = seal_report(report_with_file("x"), keyring, site.root.verify_key(), {});
  ASSERT_TRUE(sealed);
  const auto packed = open(sealed->sealed, site.identities.front());
  ASSERT_TRUE(packed);
  const auto unpacked = report::unpack(*packed);
  ASSERT_TRUE(unpacked && unpacked->thread);
  const auto thread = report::parse_thread(*unpacked->thread);
  ASSERT_TRUE(thread);
  const auto keys = crypto::derive_thread_keys(sealed->receipt, site.root.verify_key());
  EXPECT_EQ(thread->thread, keys.thread);
  EXPECT_TRUE(same(thread->reply_key, keys.reply_key));
  EXPECT_EQ(thread->verify_key, keys.verify_key);
  EXPECT_EQ(thread->kind, report::ThreadKind::report);
  EXPECT_EQ(thread->part, 1U);
  EXPECT_EQ(thread->parts, 1U);
}

TEST(Sealing, SignsWhatIsAddedToAThread) {
  const auto site = testing::TestSite::make(1);
  const auto keyring = verified(site, site.content(week));
  const auto keys = crypto::derive_thread_keys(crypto::ReceiptCode::random(), site.root.verify_key());
  for (const auto kind :
       {report::ThreadKind::followup, report::ThreadKind::withdraw, report::ThreadKind::cover}) {
    const auto sealed = seal_in_thread(report_with_file("x"), keyring, keys, {kind, {{1}, {2}}}, {});
    ASSERT_TRUE(sealed);
    EXPECT_EQ(sealed->bytes.size(), crypto::sealed_length(16 * crypto::kib, 1));
    const auto unpacked = report::unpack(*open(*sealed, site.identities.front()));
    const auto thread = report::parse_thread(*unpacked->thread);
    ASSERT_TRUE(thread);
    EXPECT_EQ(thread->kind, kind);
    EXPECT_EQ(thread->read, (std::vector<crypto::ReadProof>{{1}, {2}}));
    EXPECT_EQ(report::has_good_signature(*thread, crypto::sha256(unpacked->document),
                                         std::array{unpacked->files.at(0).sha256}),
              kind != report::ThreadKind::cover);
  }
}

TEST(Sealing, LeavesAnOrganisationOutWithoutChangingTheShape) {
  const auto site = testing::TestSite::make(2);
  const auto keyring = verified(site, site.content(week));
  const auto sealed = seal_report(report_with_file("x"), keyring, site.root.verify_key(), {"org-2"});
  ASSERT_TRUE(sealed);
  EXPECT_EQ(sealed->sealed.bytes.size(), crypto::sealed_length(16 * crypto::kib, 2));
  EXPECT_EQ(open(sealed->sealed, site.identities[0]).error(), crypto::age::OpenFault::no_match);
  EXPECT_TRUE(open(sealed->sealed, site.identities[1]));
}

TEST(Sealing, RefusesAnOrganisationThatTheKeyringDoesNotHave) {
  const auto site = testing::TestSite::make(1);
  const auto keyring = verified(site, site.content(week));
  const auto refused = seal_report(report_with_file("x"), keyring, site.root.verify_key(), {"org-9"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, crypto::exit_usage);
}

TEST(Sealing, RefusesMoreThanTheSiteTakes) {
  const auto site = testing::TestSite::make(1);
  auto content = site.content(week);
  content.max_class = 64 * crypto::kib;
  const auto keyring = verified(site, content);
  EXPECT_TRUE(seal_report(report_with_file(std::string(50'000, 'x')), keyring, site.root.verify_key(), {}));
  const auto refused =
      seal_report(report_with_file(std::string(64'000, 'x')), keyring, site.root.verify_key(), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, crypto::exit_usage);
  EXPECT_NE(refused.error().say.find("64 KiB"), std::string::npos);
}

TEST(SizeText, RoundsUp) {
  EXPECT_EQ(size_text(16 * crypto::kib), "16 KiB");
  EXPECT_EQ(size_text(16 * crypto::kib + 1), "17 KiB");
  EXPECT_EQ(size_text(32 * crypto::mib), "32 MiB");
}

}  // namespace sandyk::reporter
