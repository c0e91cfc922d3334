#include "desk/terminal.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <optional>

namespace sandyk::desk {
namespace {

std::optional<std::string> line_of(std::string_view typed, std::size_t most = 10) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const crypto::Fd in(ends[0]);
  crypto::Fd out(ends[1]);
  EXPECT_TRUE(crypto::write_all(out.get(), crypto::bytes_of(typed)));
  out.close();
  std::string line;
  const bool is_read = read_line(in.get(), most, [&](std::uint8_t byte) { line += static_cast<char>(byte); });
  return is_read ? std::optional(line) : std::nullopt;
}

TEST(ReadLine, EndsAtTheLineFeedOrTheEnd) {
  EXPECT_EQ(line_of("one\ntwo\n"), "one");
  EXPECT_EQ(line_of("one"), "one");
  EXPECT_EQ(line_of("\n"), "");
  EXPECT_EQ(line_of(""), "");
}

TEST(ReadLine, LeavesOutOneCarriageReturnBeforeTheLineFeed) {
  EXPECT_EQ(line_of("one\r\n"), "one");
  EXPECT_EQ(line_of("one\r\r\n"), "one\r");
  EXPECT_EQ(line_of("o\rne\n"), "o\rne");
  EXPECT_EQ(line_of("one\r"), "one");
}

TEST(ReadLine, RefusesMoreThanTheMost) {
  EXPECT_EQ(line_of("0123456789\n"), "0123456789");
  EXPECT_EQ(line_of("0123456789x\n"), std::nullopt);
}

TEST(ReadLine, SaysThatItCannotRead) {
  EXPECT_FALSE(read_line(-1, 10, [](std::uint8_t) {}));
}

}  // namespace
}  // namespace sandyk::desk
