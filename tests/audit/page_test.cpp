// The page to print: what is in it, and that nothing in it is live.
#include "audit/page.h"

#include "storage/layout.h"
#include "tests/audit/built_vault.h"

namespace sandyk::audit {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Page : public AuditTest {
 protected:
  std::string page() const {
    const auto gathered = evidence();
    return page_of(gathered, check_all(gathered));
  }
};

TEST_F(Page, SaysThatEverythingHoldsAndWhatNobodyCanCheck) {
  const auto text = page();
  EXPECT_THAT(text, HasSubstr("Everything that was checked holds"));
  EXPECT_THAT(text, Not(HasSubstr("FAIL")));
  for (const auto sentence : beyond_any_auditor) EXPECT_THAT(text, HasSubstr(escaped(sentence)));
}

TEST_F(Page, ShowsScheduleDueHoldsAndChanges) {
  const auto text = page();
  EXPECT_THAT(text, HasSubstr("<b>30 days</b> after its beginning"));
  EXPECT_THAT(text, HasSubstr("<td>2026-W48</td><td>2026-12-13</td><td>2027-02-11</td><td>2 of 2</td>"));
  EXPECT_THAT(text, HasSubstr("<td>2026-12-27</td><td><code>" + built.waiting.hex()));
  EXPECT_THAT(text, HasSubstr("goes unread: no receipt of org-1"));
  EXPECT_THAT(text, HasSubstr("case-1"));
  EXPECT_THAT(text, HasSubstr("policy serial 2"));
  EXPECT_THAT(text, HasSubstr("Deleted after import: 1. Deleted unread: 1."));
}

TEST_F(Page, CountsEachClassInThePlot) {
  given.as_of = day("2027-01-02");
  const auto text = page();
  EXPECT_THAT(text, HasSubstr("held: 1"));
  EXPECT_THAT(text, HasSubstr("overdue: 1"));
  EXPECT_THAT(text, HasSubstr("waiting for import: 0"));
  EXPECT_THAT(text, HasSubstr("checks FAIL"));
}

TEST_F(Page, DrawsManyEpochsOfAnyAge) {
  std::vector<Standing> many;
  for (int age : {0, 6, 7, 400, 4000, -3})
    many.push_back({storage::Departure{storage::EpochFacts{built.waiting,
                                                           crypto::Week(built.last_day),
                                                           built.last_day + std::chrono::days(-age),
                                                           true,
                                                           {},
                                                           {}},
                                       built.last_day,
                                       storage::GoesFor::unread,
                                       {},
                                       {}},
                    built.last_day, built.last_day, Class::waiting});
  const auto svg = plot_of(many, built.last_day, 30);
  EXPECT_THAT(svg, HasSubstr("waiting for import: 6"));
  EXPECT_THAT(svg, HasSubstr("59+"));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_THAT(plot_of({}, built.last_day, 30), HasSubstr("last day by policy: 30 days"));
}

TEST_F(Page, HoldsNothingThatRunsOrIsLoaded) {
  log({{"software", {{"version", "<script>alert(1)</script>"}, {"sha256", std::string(64, 'a')}}}},
      "2026-12-26");
  std::filesystem::create_directory(vault / "epochs" / "<img src=x onerror=alert(1)>");
  const auto text = page();
  EXPECT_THAT(text, HasSubstr("&lt;script&gt;alert(1)&lt;"));
  EXPECT_THAT(text, HasSubstr("&lt;img src=x"));
  for (const char* live :
       {"<script", "<img", "<link", "href", "http://", "https://", "onerror=\"", "@import"})
    EXPECT_THAT(text, Not(HasSubstr(live))) << live;
}

TEST_F(Page, EscapesWhatMeansSomethingInHtml) {
  EXPECT_EQ(escaped("a<b>&\"'\x1B\n ү"), "a&lt;b&gt;&amp;&quot;&#39;?? ү");
}

TEST_F(Page, SaysWhatItDoesNotKnowWithoutTheRootKey) {
  given.root.reset();
  EXPECT_THAT(page(), HasSubstr("Not known without the root key"));
}

}  // namespace
}  // namespace sandyk::audit
