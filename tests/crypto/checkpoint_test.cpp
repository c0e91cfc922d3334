// Checkpoints, who signs them and who cosigns. The expected bytes were made with stock OpenSSL from the key
// of RFC 8032, section 7.1, test 1, and the roots of merkle_test.cpp.
#include "crypto/seal/checkpoint.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "crypto/open/cosigning.h"
#include "crypto/seal/log_key.h"
#include "crypto/seal/text_encoding.h"
#include "tests/crypto/support.h"

namespace sandyk::crypto {
namespace {

const std::string origin = "sandyk/0123456789abcdef";
const std::string key_file =
    "PRIVATE+KEY+sandyk/0123456789abcdef+84b0cade+AZ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n";
const std::string vkey = "sandyk/0123456789abcdef+84b0cade+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
const std::string text = origin + "\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n";
const std::string signed_text =
    text + "\n— " + origin +
    " hLDK3iU4emNsXsfZrlayfcN0QuNRm+jMaZ6H9GyZ6RBFFcAGNfEvOFjJNpi0TWxAufbJPCCpO0g2/9c+q5cAfTkItAg=\n";
const std::string witness_file =
    "PRIVATE+KEY+witness.example/w1+eb762cc2+BJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n";
const std::string witness_vkey = "witness.example/w1+eb762cc2+BNdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
const std::string cosignature_line =
    "— witness.example/w1 63YswgAAAABrA4IAEWP7i0QfQphSgrgqDjx3RXjAq51onfDiYBqdINjb6UEVhXHHtca+d6VtHedtsmnv2PJ"
    "Rpumg+mSDtAHqdLFTCg==\n";
const Date day = *Date::parse("2026-11-23");

Checkpoint sample() {
  return {origin, 8, *Digest::parse("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")};
}

std::string shown(const SecretText& secret) {
  return std::string(text_of(secret.expose()));
}

TEST(Checkpoint, IsReadAndWritten) {
  EXPECT_EQ(write_checkpoint(sample()), text);
  EXPECT_EQ(parse_checkpoint(text), sample());
  EXPECT_EQ(log_origin("0123456789abcdef"), origin);
}

TEST(Checkpoint, ToleratesExtensionLinesThatAreNotEmpty) {
  EXPECT_EQ(parse_checkpoint(text + "more\nlines\n"), sample());
  EXPECT_FALSE(parse_checkpoint(text + "\n"));
  EXPECT_FALSE(parse_checkpoint(text + "more\n\nlines\n"));
  EXPECT_FALSE(parse_checkpoint(text + "more"));
}

TEST(Checkpoint, RefusesOtherSpellings) {
  const std::string root = "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n";
  EXPECT_TRUE(parse_checkpoint("a\n0\n" + root));
  EXPECT_TRUE(parse_checkpoint("a\n281474976710656\n" + root));
  for (const std::string& bad :
       {"\n8\n" + root, "a\n\n" + root, "a\n08\n" + root, "a\n00\n" + root, "a\n+8\n" + root,
        "a\n-8\n" + root, "a\n 8\n" + root, "a\n8 \n" + root, "a\n281474976710657\n" + root,
        "a\n18446744073709551616\n" + root, std::string("a\n8\n"), std::string("a\n8\n\n"),
        std::string("a\n8\nXcna\n"), "a\n8\n " + root, "a\n8\n" + root.substr(0, root.size() - 2) + "\n"})
    EXPECT_FALSE(parse_checkpoint(bad)) << bad;
}

TEST(LogKey, SignsAsStockOpensslDid) {
  const auto key = LogKey::read(key_file);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->vkey(), vkey);
  EXPECT_EQ(shown(key->write()), key_file);
  EXPECT_EQ(key->sign(sample()), signed_text);
}

TEST(LogKey, ReadsTheKeyOfGosDocumentation) {  // golang.org/x/mod/sumdb/note, its example
  const auto key =
      LogKey::read("PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz\n");
  ASSERT_TRUE(key);
  EXPECT_EQ(key->vkey(), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
}

TEST(LogKey, RefusesAnotherThing) {
  std::string other_id = key_file, other_seed = key_file;
  other_id[other_id.find("84b0")] = '9';
  other_seed[other_seed.size() - 10] = 'Q';
  for (const std::string& bad :
       {std::string(), std::string("\n"), vkey + "\n", witness_file, other_id, other_seed, key_file + "\n",
        key_file.substr(0, key_file.size() - 1), key_file.substr(0, key_file.size() - 2) + "=\n",
        "\n" + key_file, std::string("PRIVATE+KEY+a+\n")})
    EXPECT_FALSE(LogKey::read(bad)) << bad;
}

TEST(LogKey, IsMadeAnewAndReadBackFromAFile) {
  const TemporaryFolder folder;
  const auto key = LogKey::generate(origin);
  EXPECT_NE(key.vkey(), LogKey::generate(origin).vkey());
  folder.write("log.key", key.write().expose());
  const auto again = read_log_key(folder.path() / "log.key");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->vkey(), key.vkey());
  EXPECT_EQ(read_log_key(folder.path() / "none").error(), LogKeyFault::unreadable);
  folder.write("other", Bytes(1000, 'a'));
  EXPECT_EQ(read_log_key(folder.path() / "other").error(), LogKeyFault::not_a_key);
}

TEST(Checkpoint, IsVerifiedByOriginAndKeyAlone) {
  const auto key = *NoteKey::parse(vkey);
  EXPECT_EQ(verify_checkpoint(signed_text, origin, key), sample());
  EXPECT_EQ(verify_checkpoint(signed_text + cosignature_line, origin, key), sample());
  EXPECT_EQ(verify_checkpoint(signed_text, "sandyk/0", key).error(), CheckpointFault::other_log);
  EXPECT_EQ(verify_checkpoint(signed_text, origin, LogKey::generate(origin).key()).error(),
            CheckpointFault::not_signed);
  EXPECT_EQ(verify_checkpoint(signed_text, origin, *NoteKey::parse(witness_vkey)).error(),
            CheckpointFault::not_signed);
  EXPECT_EQ(verify_checkpoint(text, origin, key).error(), CheckpointFault::malformed);
  std::string changed = signed_text;
  changed[origin.size() + 1] = '9';
  EXPECT_EQ(verify_checkpoint(changed, origin, key).error(), CheckpointFault::wrong);
}

TEST(WitnessKey, CosignsAsStockOpensslDid) {
  const auto key = WitnessKey::read(witness_file);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->vkey(), witness_vkey);
  EXPECT_EQ(shown(key->write()), witness_file);
  const auto cosigned = key->cosign(signed_text, day);
  ASSERT_TRUE(cosigned);
  EXPECT_EQ(*cosigned, signed_text + cosignature_line);
}

TEST(WitnessKey, SaysTheDayAndNothingFiner) {
  const auto note = SignedNote::parse(signed_text + cosignature_line);
  const auto time = note->verify_cosignature(*NoteKey::parse(witness_vkey));
  ASSERT_TRUE(time);
  EXPECT_EQ(*time, 1'795'392'000U);
  EXPECT_EQ(*time % 86'400, 0U);
}

TEST(WitnessKey, CosignsOnceAndOnlyACheckpoint) {
  const auto key = WitnessKey::generate("w");
  const auto once = key.cosign(signed_text, day);
  ASSERT_TRUE(once);
  EXPECT_EQ(key.cosign(*once, day + std::chrono::days(1)).error(), CosignFault::cosigned);
  EXPECT_TRUE(WitnessKey::generate("w").cosign(*once, day));
  EXPECT_EQ(key.cosign(text, day).error(), CosignFault::not_a_checkpoint);
  EXPECT_EQ(key.cosign("no\ncheckpoint\n\n— a AAAAAQAA\n", day).error(), CosignFault::not_a_checkpoint);
  std::string full = signed_text;
  for (std::size_t i = 1; i < max_note_signatures; ++i) full += "— a AAAAAQAA\n";
  EXPECT_EQ(key.cosign(full, day).error(), CosignFault::full);
}

TEST(WitnessKey, ItsCosignaturesFitNoOtherTextTimeOrKey) {
  const auto key = *NoteKey::parse(witness_vkey);
  const auto fault = [&](const std::string& note) {
    return SignedNote::parse(note)->verify_cosignature(key).error();
  };
  std::string changed = signed_text + cosignature_line;
  changed[origin.size() + 1] = '9';
  EXPECT_EQ(fault(changed), NoteFault::wrong);
  changed = signed_text + cosignature_line;
  changed[changed.find("BrA4IA") + 4] = 'B';  // of the time
  EXPECT_EQ(fault(changed), NoteFault::wrong);
  EXPECT_EQ(fault(signed_text), NoteFault::not_signed);
  EXPECT_EQ(SignedNote::parse(signed_text + cosignature_line)
                ->verify_cosignature(WitnessKey::generate("witness.example/w1").key())
                .error(),
            NoteFault::not_signed);
}

/// What docs/auditors.md tells an auditor to type, `vkey` and `note` being files.
const std::string by_hand = R"(
set -e
printf '\060\052\060\005\006\003\053\145\160\003\041\000' > key.der
cut -d+ -f3- vkey | base64 -d | tail -c 32 >> key.der
sed '/^$/,$d' checkpoint > text
name=$(cut -d+ -f1 vkey)
grep -F -- "— $name " checkpoint | cut -d' ' -f3 | base64 -d > line
)";

TEST(StockOpenssl, VerifiesACheckpoint) {
  const TemporaryFolder folder;
  const auto key = LogKey::generate(origin);
  const std::string verify = by_hand + R"(
tail -c 64 line > signature
openssl pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin -in text -sigfile signature
)";
  folder.write("vkey", bytes_of(key.vkey() + "\n"));
  folder.write("checkpoint", bytes_of(key.sign(sample())));
  EXPECT_TRUE(folder.runs(verify)) << folder.text("said");
  EXPECT_NE(folder.text("said").find("Signature Verified Successfully"), std::string::npos);
  std::string changed = key.sign(sample());
  changed[origin.size() + 1] = '9';
  folder.write("checkpoint", bytes_of(changed));
  EXPECT_FALSE(folder.runs(verify));
}

TEST(StockOpenssl, VerifiesACosignature) {
  const TemporaryFolder folder;
  const auto key = WitnessKey::generate("witness.example/w1");
  const std::string verify = by_hand + R"(
tail -c 64 line > signature
time=$(od -An -v -tu1 -j4 -N8 line | awk '{ for (i = 1; i <= NF; i++) t = t * 256 + $i } END { printf "%d", t }')
{ echo cosignature/v1; echo "time $time"; cat text; } > cosigned
openssl pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin -in cosigned -sigfile signature
date -u -d "@$time" +%F
)";
  folder.write("vkey", bytes_of(key.vkey() + "\n"));
  folder.write("checkpoint", bytes_of(*key.cosign(signed_text, day)));
  EXPECT_TRUE(folder.runs(verify)) << folder.text("said");
  EXPECT_NE(folder.text("said").find("2026-11-23"), std::string::npos);
  folder.write("checkpoint", bytes_of(*WitnessKey::generate("witness.example/w1").cosign(signed_text, day)));
  EXPECT_FALSE(folder.runs(verify));
}

}  // namespace
}  // namespace sandyk::crypto
