#include "crypto/seal/signed_note.h"

#include <gtest/gtest.h>

#include "crypto/seal/text_encoding.h"
#include "crypto/seal/utf8.h"

namespace sandyk::crypto {
namespace {

// The example of the specification (C2SP, signed-note).
const std::string vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const std::string example =
    "This is an example message.\n\n"
    "— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
const std::string stranger = "— example.com/bar AAAAAQAA\n";

TEST(NoteKey, ReadsAndWritesTheExampleOfTheSpecification) {
  const auto key = NoteKey::parse(vkey);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->name(), "example.com/foo");
  EXPECT_EQ(key->id(), 0x530d903aU);
  EXPECT_EQ(key->type(), NoteKeyType::ed25519);
  EXPECT_EQ(key->text(), vkey);
}

TEST(NoteKey, RefusesAnotherNameIdTypeOrSpelling) {
  for (const char* bad :
       {"example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+BOkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k=",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3Q==",
        "example.com/foo+530d903a-AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "example.com/foo+530d903a+",
        "example.com/foo+530d903a", "example.com/foo+", "example.com/foo", ""})
    EXPECT_FALSE(NoteKey::parse(bad)) << bad;
}

TEST(NoteKey, TakesNamesOfAnyScriptButNoSpaceOfAnyScript) {
  for (const char* good : {"a", "sandyk/0123456789abcdef", "сандык", "é", "—"})
    EXPECT_TRUE(is_note_key_name(good)) << good;
  for (const char* bad : {"", "a b", "a+b", "a\tb", "a\u00A0b", "a\u2003", "\u3000a", "a\u2028b", "\xff"})
    EXPECT_FALSE(is_note_key_name(bad)) << bad;
  EXPECT_TRUE(is_note_key_name(std::string(255, 'a')));
  EXPECT_FALSE(is_note_key_name(std::string(256, 'a')));
}

TEST(SignedNote, VerifiesTheExampleOfTheSpecification) {
  const auto note = SignedNote::parse(example);
  ASSERT_TRUE(note);
  EXPECT_EQ(note->text(), "This is an example message.\n");
  EXPECT_TRUE(note->verify(*NoteKey::parse(vkey)));
  EXPECT_EQ(note->write(), example);
}

TEST(SignedNote, IgnoresSignaturesOfStrangers) {
  const auto note = SignedNote::parse(example + stranger);
  ASSERT_TRUE(note);
  EXPECT_TRUE(note->verify(*NoteKey::parse(vkey)));
  EXPECT_EQ(
      SignedNote::parse("This is an example message.\n\n" + stranger)->verify(*NoteKey::parse(vkey)).error(),
      NoteFault::not_signed);
}

TEST(SignedNote, NoticesAChangedTextAndAChangedSignature) {
  const auto key = *NoteKey::parse(vkey);
  std::string changed = example;
  changed[0] = 't';
  EXPECT_EQ(SignedNote::parse(changed)->verify(key).error(), NoteFault::wrong);
  changed = example;
  const auto at = changed.size() - 10;
  changed[at] = changed[at] == 'A' ? 'B' : 'A';
  EXPECT_EQ(SignedNote::parse(changed)->verify(key).error(), NoteFault::wrong);
  // One good signature does not make up for a wrong one by the same key.
  const auto line = changed.substr(changed.find("— "));
  EXPECT_EQ(SignedNote::parse(example + line)->verify(key).error(), NoteFault::wrong);
}

TEST(SignedNote, TheTextMayHoldEmptyLines) {
  const auto note = SignedNote::parse("a\n\n\nb\n\n" + stranger);
  ASSERT_TRUE(note);
  EXPECT_EQ(note->text(), "a\n\n\nb\n");
  EXPECT_EQ(SignedNote::parse("\n\n" + stranger)->text(), "\n");
}

TEST(SignedNote, RefusesOtherForms) {
  for (const std::string& bad :
       {std::string(), std::string("\n"), std::string("a\n\n"), std::string("a\n") + stranger,
        "\n" + stranger, "a\n\n" + stranger + "\n", "a\n\n" + stranger + "b\n",
        std::string("a\n\n— example.com/bar AAAAAQAA"), std::string("a\n\n— example.com/bar AAAAAQ==\n"),
        std::string("a\n\n— example.com/bar AAAAAQAB=\n"), std::string("a\n\n— example.com/bar  AAAAAQAA\n"),
        std::string("a\n\n— example.com/bar AAAAAQAA \n"), std::string("a\n\n- example.com/bar AAAAAQAA\n"),
        std::string("a\n\n— exa+mple AAAAAQAA\n"), std::string("a\n\n— AAAAAQAA\n"), "a\tb\n\n" + stranger,
        "a\r\n\n" + stranger, "a\xff\n\n" + stranger, std::string("a\0\n\n", 4) + stranger})
    EXPECT_FALSE(SignedNote::parse(bad)) << bad;
}

TEST(SignedNote, TakesSixteenSignaturesAndNoMoreThanItsLimits) {
  std::string note = "a\n\n";
  for (std::size_t i = 1; i <= max_note_signatures; ++i) {
    note += stranger;
    ASSERT_TRUE(SignedNote::parse(note)) << i;
  }
  static_assert(max_note_signatures >= 16);
  EXPECT_FALSE(SignedNote::parse(note + stranger));
  const std::string tail = "\n\n" + stranger;
  EXPECT_TRUE(SignedNote::parse(std::string(max_note_size - tail.size(), 'a') + tail));
  EXPECT_FALSE(SignedNote::parse(std::string(max_note_size - tail.size() + 1, 'a') + tail));
}

TEST(Utf8, TakesTheShortestFormsOnly) {
  for (const char* good : {"", "a", "\u007F", "\u0080", "\u07FF", "\u0800", "\uD7FF", "\uE000", "\uFFFF",
                           "\U00010000", "\U0010FFFF", "сандык"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xC3", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xE2\x82",
                          "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x28\xA1", "\xFE"})
    EXPECT_FALSE(is_utf8(bad)) << to_hex(bytes_of(bad));
}

}  // namespace
}  // namespace sandyk::crypto
