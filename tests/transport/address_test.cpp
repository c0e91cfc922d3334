#include "transport/address.h"

#include <gtest/gtest.h>

namespace sandyk::transport {

TEST(Address, TakesHttpsWithAndWithoutAPort) {
  EXPECT_EQ(Address::parse("https://example.org")->url("/x"), "https://example.org/x");
  EXPECT_EQ(Address::parse("https://example.org/")->url("/x"), "https://example.org/x");
  EXPECT_EQ(Address::parse("https://127.0.0.1:8443")->url("/x"), "https://127.0.0.1:8443/x");
}

TEST(Address, TakesPlainHttpForOnionServicesOnly) {
  const auto onion = Address::parse("http://abcdefghijklmnop.onion");
  ASSERT_TRUE(onion);
  EXPECT_TRUE(onion->is_onion());
  EXPECT_FALSE(Address::parse("http://example.org"));
  EXPECT_FALSE(Address::parse("http://example.org/.onion"));
  EXPECT_FALSE(Address::parse("http://127.0.0.1"));
}

TEST(Address, RefusesWhatIsMoreOrLessThanAnAddress) {
  for (const char* text :
       {"", "example.org", "ftp://example.org", "file:///etc/passwd", "https://", "https://u@example.org",
        "https://u:p@example.org", "https://example.org/path", "https://example.org/?q",
        "https://example.org/#f", "https://example.org:99999", "https://exa mple.org"})
    EXPECT_FALSE(Address::parse(text)) << text;
  EXPECT_FALSE(Address::parse("https://" + std::string(300, 'a')));
}

TEST(Address,
     RefusesEscapesAndControlCharacters) {  // libcurl would undo an escape twice, and reach another host
  for (const char* text :
       {"https://example%2eorg", "https://good.example%252f.evil.example", "https://example.org%00",
        "https://example.org\n", "https://example\t.org", "https://example.org\x7f"})
    EXPECT_FALSE(Address::parse(text)) << text;
  EXPECT_FALSE(Address::parse(std::string_view("https://example.org\0.evil.example", 33)));
}

}  // namespace sandyk::transport
