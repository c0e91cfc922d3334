#include "report/file_name.h"

#include <gtest/gtest.h>

namespace sandyk::report {
namespace {

const crypto::Week week = crypto::Week::parse("2026-W48").value();

TEST(SealedFileName, SaysTheWeekAndNothingElse) {
  const std::string name = sealed_file_name(week);
  EXPECT_EQ(name.size(), std::string_view("report-2026-W48-01234567.age").size());
  EXPECT_EQ(week_of_file_name(name), week);
  EXPECT_NE(name, sealed_file_name(week));
}

TEST(SealedFileName, IsReadStrictly) {
  EXPECT_TRUE(week_of_file_name("report-2026-W48-0123abcd.age"));
  for (const char* name :
       {"", "report.age", "report-2026-W54-0123abcd.age", "report-2026-W48-0123ABCD.age",
        "report-2026-W48-0123abcd.tar", "report-2026-W48_0123abcd.age", "xeport-2026-W48-0123abcd.age"})
    EXPECT_FALSE(week_of_file_name(name)) << name;
}

}  // namespace
}  // namespace sandyk::report
