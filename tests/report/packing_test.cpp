#include "report/packing.h"

#include <gmock/gmock.h>

#include "tests/report/tars.h"

namespace sandyk::report {
namespace {

using crypto::bytes_of;
using crypto::kib;

constexpr std::string_view document = R"({"v":"1.0.0","narrative":"x"})";
constexpr std::string_view thread = R"({"format":"sandyk-thread/1"})";

std::string pack_text(std::optional<std::string_view> thread_text, const std::vector<FileToPack>& files) {
  std::string packed;
  const auto thread_bytes =
      thread_text ? std::optional<crypto::ByteView>(bytes_of(*thread_text)) : std::nullopt;
  const auto size = pack(bytes_of(document), thread_bytes, files, [&packed](crypto::ByteView bytes) {
    packed += crypto::text_of(bytes);
    return true;
  });
  EXPECT_TRUE(size);
  EXPECT_EQ(size.value_or(0), packed.size());
  return packed;
}

/// A field of the header that starts at `block` blocks.
std::string_view field(const std::string& tar, std::size_t block, std::size_t at, std::size_t size) {
  return std::string_view(tar).substr(block * 512 + at, size);
}

}  // namespace

TEST(Packing, WritesTheSameBytesForTheSameReport) {
  const std::vector<FileToPack> files = {{"a1", bytes_of("one")}, {"a2", bytes_of("two")}};
  EXPECT_EQ(pack_text(thread, files), pack_text(thread, files));
}

TEST(Packing, WritesPlainUstarHeadersThatSayNothingOfTheSender) {
  const std::string tar = pack_text(thread, {{"a1", bytes_of("one")}});
  using std::string_view_literals::operator""sv;
  EXPECT_TRUE(field(tar, 0, 0, 100).starts_with("report.json\0"sv));
  EXPECT_TRUE(field(tar, 2, 0, 100).starts_with("thread.json\0"sv));
  EXPECT_TRUE(field(tar, 4, 0, 100).starts_with("files/a1\0"sv));
  for (const std::size_t header : {0U, 2U, 4U}) {
    EXPECT_EQ(field(tar, header, 100, 7), "000600 "sv) << "mode";
    EXPECT_EQ(field(tar, header, 108, 7), "000000 "sv) << "uid";
    EXPECT_EQ(field(tar, header, 116, 7), "000000 "sv) << "gid";
    EXPECT_EQ(field(tar, header, 136, 12), "00000000000 "sv) << "mtime";
    EXPECT_EQ(field(tar, header, 156, 1), "0"sv) << "a regular file";
    EXPECT_EQ(field(tar, header, 257, 8),
              "ustar\0"
              "00"sv);
    EXPECT_EQ(field(tar, header, 265, 64), std::string(64, '\0')) << "no owner names";
  }
  EXPECT_EQ(field(tar, 4, 124, 12), "00000000003 "sv) << "size";
  EXPECT_EQ(field(tar, 5, 0, 3), "one");
}

TEST(Packing, PadsWithZerosUpToASizeClass) {
  const std::string tar = pack_text(thread, {});
  EXPECT_EQ(tar.size(), 16 * kib);
  EXPECT_EQ(tar.find_first_not_of('\0', 3 * 512 + thread.size()), std::string::npos);
}

TEST(Packing, ComputesTheSizeBeforePadding) {
  const std::vector<std::uint64_t> sizes = {0, 1, 512, 513};
  EXPECT_EQ(packed_size(sizes), (4U + 0U + 1U + 1U + 2U + 2U) * 512U);
}

TEST(Packing, TakesTheNextClassWithOneByteTooMany) {
  // Headers of report.json and files/a1, one block of document, and the end.
  const std::size_t fits = 16 * kib - 5 * 512;
  const std::string content(fits + 1, 'x');
  const auto view = bytes_of(content);
  EXPECT_EQ(pack_text(std::nullopt, {{"a1", view.first(fits)}}).size(), 16 * kib);
  EXPECT_EQ(pack_text(std::nullopt, {{"a1", view}}).size(), 64 * kib);
}

TEST(Packing, RefusesMoreThan32MiB) {
  const std::string content(max_packed_size - 5 * 512 + 1, 'x');
  const auto sink = [](crypto::ByteView) { return true; };
  const std::vector<FileToPack> too_large = {{"a1", bytes_of(content)}};
  const auto refused = pack(bytes_of(document), std::nullopt, too_large, sink);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), PackFault::too_large);
  const std::vector<FileToPack> fits = {{"a1", bytes_of(content).first(content.size() - 1)}};
  EXPECT_EQ(pack(bytes_of(document), std::nullopt, fits, sink), max_packed_size);
}

TEST(Packing, StopsWhenTheSinkSaysNo) {
  for (const std::size_t limit : {0U, 600U, 4000U}) {
    std::size_t taken = 0;
    const auto stopped = pack(bytes_of(document), std::nullopt, {}, [&](crypto::ByteView bytes) {
      taken += bytes.size();
      return taken <= limit;
    });
    ASSERT_FALSE(stopped) << limit;
    EXPECT_EQ(stopped.error(), PackFault::sink);
  }
}

TEST(Packing, TakesNoIdsButA1ToA5EachOnce) {
  const auto sink = [](crypto::ByteView) { return true; };
  const std::vector<FileToPack> bad = {{"../a1", {}}};
  const std::vector<FileToPack> twice = {{"a1", {}}, {"a1", {}}};
  EXPECT_THROW(static_cast<void>(pack(bytes_of(document), std::nullopt, bad, sink)), std::logic_error);
  EXPECT_THROW(static_cast<void>(pack(bytes_of(document), std::nullopt, twice, sink)), std::logic_error);
}

TEST(Packing, MakesATarThatGnuTarReads) {
  const testing::TemporaryFolder folder;
  testing::write_text(folder.path() / "packed.tar",
                      pack_text(thread, {{"a1", bytes_of("one")}, {"a5", bytes_of("")}}));
  const std::string in_folder = "tar -C " + folder.path().string();
  EXPECT_EQ(testing::run(in_folder + " -tf " + folder.path().string() + "/packed.tar"),
            "report.json\nthread.json\nfiles/a1\nfiles/a5\n");
  testing::run(in_folder + " -xf " + folder.path().string() + "/packed.tar");
  EXPECT_EQ(testing::read_text(folder.path() / "report.json"), document);
  EXPECT_EQ(testing::read_text(folder.path() / "files/a1"), "one");
}

}  // namespace sandyk::report
