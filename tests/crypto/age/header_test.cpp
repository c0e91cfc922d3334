#include "crypto/seal/age/header_mac.h"

#include <gtest/gtest.h>

namespace sandyk::crypto::age {
namespace {

const std::string a64(64, 'A');
const std::string a43(43, 'A');

/// Seven lines: a stanza with an argument and 51 bytes, one with neither, the MAC.
const std::string good = "age-encryption.org/v1\n-> X abc\n" + a64 + "\nAAAA\n-> Y\n\n--- " + a43 + "\n";

/// `good` with the one occurrence of `from` replaced.
std::string with(std::string_view from, std::string_view to) {
  std::string text = good;
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::logic_error("the good header does not hold this");
  return text.replace(at, from.size(), to);
}

void expect_fault(std::string_view text, HeaderFault fault, std::size_t line) {
  const auto header = parse_header(bytes_of(text));
  ASSERT_FALSE(header) << text;
  EXPECT_EQ(header.error().fault, fault) << text;
  EXPECT_EQ(header.error().line, line) << text;
}

TEST(AgeHeader, ReadsStanzasAndMac) {
  const std::string file = good + "payload";
  const auto header = parse_header(bytes_of(file));
  ASSERT_TRUE(header);
  ASSERT_EQ(header->stanzas.size(), 2U);
  EXPECT_EQ(header->stanzas[0].arguments, (std::vector<std::string>{"X", "abc"}));
  EXPECT_EQ(header->stanzas[0].body, Bytes(51));
  EXPECT_EQ(header->stanzas[1].arguments, std::vector<std::string>{"Y"});
  EXPECT_TRUE(header->stanzas[1].body.empty());
  EXPECT_EQ(header->size, good.size());
  EXPECT_EQ(text_of(header->authenticated), good.substr(0, good.size() - 45));
}

TEST(AgeHeader, WritesWhatItRead) {
  EXPECT_EQ(write_unauthenticated(parse_header(bytes_of(good))->stanzas) + " " + a43 + "\n", good);
}

TEST(AgeHeader, ReadsWhatItWroteForEveryBodyLength) {
  const auto key = FileKey::random();
  for (std::size_t size = 0; size <= 200; ++size) {
    const std::string text = write_header({{{"type", "!~"}, Bytes(size, 0xff)}}, key);
    const auto header = parse_header(bytes_of(text));
    ASSERT_TRUE(header) << size;
    EXPECT_EQ(header->stanzas[0].body, Bytes(size, 0xff));
    EXPECT_EQ(header->mac, header_mac(key, header->authenticated));
    EXPECT_EQ(header->size, text.size());
  }
}

TEST(AgeHeader, IsTruncatedAtEveryShorterLength) {
  for (std::size_t size = std::string_view("age-encryption.org/v1").size(); size < good.size(); ++size) {
    const auto header = parse_header(bytes_of(good).first(size));
    ASSERT_FALSE(header) << size;
    EXPECT_EQ(header.error().fault, HeaderFault::truncated) << size;
  }
}

TEST(AgeHeader, RefusesAnotherVersionLine) {
  expect_fault("", HeaderFault::version, 1);
  expect_fault("no newline at all", HeaderFault::version, 1);
  expect_fault(with("/v1", "/v2"), HeaderFault::version, 1);
  expect_fault(with("/v1", "/v1 "), HeaderFault::version, 1);
  expect_fault(with("/v1\n", "/v1\r\n"), HeaderFault::version, 1);
  expect_fault("\xef\xbb\xbf" + good, HeaderFault::version, 1);
  expect_fault("\n" + good, HeaderFault::version, 1);
}

TEST(AgeHeader, RefusesAMalformedFirstLineOfAStanza) {
  expect_fault(with("-> X", "->X"), HeaderFault::stanza, 2);
  expect_fault(with("-> X", "->  X"), HeaderFault::stanza, 2);
  expect_fault(with("-> X", " -> X"), HeaderFault::stanza, 2);
  expect_fault(with("-> X abc", "-> X  abc"), HeaderFault::stanza, 2);
  expect_fault(with("-> X abc", "-> X abc "), HeaderFault::stanza, 2);
  expect_fault(with("-> X abc", "-> X abc\r"), HeaderFault::stanza, 2);
  expect_fault(with("-> X abc", "-> X a\tc"), HeaderFault::stanza, 2);
  expect_fault(with("-> X abc", "-> X a\x7f"), HeaderFault::stanza, 2);
  expect_fault(with("-> X abc", "-> X \xd1\x8f"), HeaderFault::stanza, 2);
  expect_fault(with("abc", std::string_view("a\0c", 3)), HeaderFault::stanza, 2);
  expect_fault(with("-> X abc", "-> "), HeaderFault::stanza, 2);
  expect_fault(with("-> X abc", "->"), HeaderFault::stanza, 2);
  expect_fault(with("-> Y", "\n-> Y"), HeaderFault::stanza, 5);
  expect_fault(with("-> Y\n\n", "-> Y\n\n\n"), HeaderFault::stanza, 7);
}

TEST(AgeHeader, RefusesAMalformedBody) {
  expect_fault(with(a64, a64 + "A"), HeaderFault::body, 3);
  expect_fault(with(a64, a64 + "\r"), HeaderFault::body, 3);
  expect_fault(with("\nAAAA\n", "\nAAAA \n"), HeaderFault::body, 4);
  expect_fault(with("\nAAAA\n", "\nAAA=\n"), HeaderFault::body, 4);
  expect_fault(with("\nAAAA\n", "\nAAAAA\n"), HeaderFault::body, 4);
  expect_fault(with("\nAAAA\n", "\nAAB\n"), HeaderFault::body, 4);  // unused bits set
  expect_fault(with("\nAAAA\n", "\nAAA-\n"), HeaderFault::body, 4);
  expect_fault(with("\nAAAA\n", "\n"), HeaderFault::body, 4);                // no short last line
  expect_fault(with("-> Y\n\n", "-> Y\n"), HeaderFault::body, 6);            // not even an empty one
  expect_fault(with("\nAAAA\n", "\nAAAA\nAAAA\n"), HeaderFault::stanza, 5);  // two short lines
}

TEST(AgeHeader, RefusesAMalformedMacLine) {
  expect_fault(with("--- ", "---"), HeaderFault::mac, 7);
  expect_fault(with("--- ", "---  "), HeaderFault::mac, 7);
  expect_fault(with("--- ", "---- "), HeaderFault::mac, 7);
  for (const char* tail : {" ", "=", "A", "\r"})
    expect_fault(good.substr(0, good.size() - 1) + tail + "\n", HeaderFault::mac, 7);
  expect_fault(good.substr(0, good.size() - 2) + "\n", HeaderFault::mac, 7);
  expect_fault(good.substr(0, good.size() - 2) + "B\n", HeaderFault::mac, 7);  // unused bits set
}

TEST(AgeHeader, RefusesNoStanza) {
  expect_fault("age-encryption.org/v1\n--- " + a43 + "\n", HeaderFault::no_stanza, 2);
}

TEST(AgeHeader, TakesSixtyFourStanzasAndRefusesOneMore) {
  const auto key = FileKey::random();
  std::vector<Stanza> stanzas(64, {{"X"}, {}});
  EXPECT_TRUE(parse_header(bytes_of(write_header(stanzas, key))));
  stanzas.push_back(stanzas.front());
  expect_fault(write_header(stanzas, key), HeaderFault::too_many_stanzas, 130);
}

TEST(AgeHeader, TakesSixtyFourKibibytesAndRefusesMore) {
  const auto key = FileKey::random();
  const std::string small = write_header({{{"X", "a"}, {}}}, key);
  const std::string longest(max_header_size - small.size() + 1, 'a');
  const std::string most = write_header({{{"X", longest}, {}}}, key);
  ASSERT_EQ(most.size(), max_header_size);
  EXPECT_TRUE(parse_header(bytes_of(most)));
  expect_fault(write_header({{{"X", longest + "a"}, {}}}, key), HeaderFault::too_long, 4);
  expect_fault(std::string(version_line) + std::string(max_header_size, ' '), HeaderFault::too_long, 1);
}

}  // namespace
}  // namespace sandyk::crypto::age
