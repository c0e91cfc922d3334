#include "report/thread.h"

#include <gmock/gmock.h>

#include <functional>
#include <type_traits>

#include "crypto/seal/json.h"
#include "crypto/seal/signature.h"

namespace sandyk::report {
namespace {

using crypto::Json;

static_assert(!std::is_copy_constructible_v<Thread>, "it holds the reply key");

const crypto::Digest document_hash = crypto::sha256(crypto::bytes_of("report.json"));
const std::vector<crypto::Digest> file_hashes = {crypto::sha256(crypto::bytes_of("a1")),
                                                 crypto::sha256(crypto::bytes_of("a2"))};

crypto::ThreadKeys some_keys() {
  const auto receipt = crypto::ReceiptCode::random();
  return crypto::derive_thread_keys(receipt, crypto::SigningKey::generate().verify_key());
}

Thread first_report() {
  auto keys = some_keys();
  return {keys.thread, std::move(keys.reply_key), keys.verify_key, ThreadKind::report, 1, 1, std::nullopt};
}

Thread signed_followup() {
  auto keys = some_keys();
  const auto message = signing_message(ThreadKind::followup, keys.thread, document_hash, file_hashes);
  const ThreadSignature signature = keys.sign(message);
  return {keys.thread, std::move(keys.reply_key), keys.verify_key, ThreadKind::followup, 2, 3, signature};
}

ThreadFault fault_of_changed(const Thread& thread, const std::function<void(Json&)>& change) {
  Json json = Json::parse(crypto::text_of(write_thread(thread)));
  change(json);
  const auto parsed = parse_thread(crypto::bytes_of(json.dump()));
  EXPECT_FALSE(parsed);
  return parsed ? ThreadFault{} : parsed.error();
}

}  // namespace

TEST(Thread, IsReadAsItWasWritten) {
  const Thread thread = signed_followup();
  const auto again = parse_thread(write_thread(thread));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->thread, thread.thread);
  EXPECT_TRUE(same(again->reply_key, thread.reply_key));
  EXPECT_EQ(again->verify_key, thread.verify_key);
  EXPECT_EQ(again->kind, ThreadKind::followup);
  EXPECT_EQ(again->part, 2U);
  EXPECT_EQ(again->parts, 3U);
  EXPECT_EQ(again->signature, thread.signature);
  EXPECT_EQ(write_thread(*again), write_thread(thread));
}

TEST(Thread, IsJsonWithTheMembersOfTheFormat) {
  const Json json = Json::parse(crypto::text_of(write_thread(first_report())));
  EXPECT_EQ(json.at("format"), "sandyk-thread/1");
  EXPECT_EQ(json.at("kind"), "report");
  EXPECT_EQ(json.at("thread").get<std::string>().size(), 22U);
  EXPECT_EQ(json.at("reply_key").get<std::string>().size(), 43U);
  EXPECT_EQ(json.at("verify_key").get<std::string>().size(), 43U);
  EXPECT_FALSE(json.contains("signature"));
}

TEST(Thread, FitsOneTarBlock) {
  EXPECT_LE(write_thread(signed_followup()).size(), 512U);
}

TEST(Thread, TellsWhichAnswersWereRead) {
  Thread thread = signed_followup();
  thread.read.resize(max_read, crypto::ReadProof{7});
  const auto written = write_thread(thread);
  EXPECT_LE(written.size(), max_thread_size);
  const auto read = parse_thread(written);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->read, thread.read);
  EXPECT_EQ(fault_of_changed(thread, [](Json& json) { json["read"].push_back("AAAAAAAAAAAAAAAAAAAAAA"); }),
            ThreadFault::malformed);
  EXPECT_EQ(fault_of_changed(thread, [](Json& json) { json["read"] = "AAAAAAAAAAAAAAAAAAAAAA"; }),
            ThreadFault::malformed);
  EXPECT_EQ(fault_of_changed(thread, [](Json& json) { json["read"] = {"AAAA"}; }), ThreadFault::malformed);
}

TEST(Thread, IgnoresUnknownMembers) {
  Json json = Json::parse(crypto::text_of(write_thread(first_report())));
  json["of_tomorrow"] = 1;
  EXPECT_TRUE(parse_thread(crypto::bytes_of(json.dump())));
}

TEST(Thread, RefusesMembersThatAreMissingOrWrong) {
  const Thread thread = first_report();
  for (const char* member : {"format", "thread", "reply_key", "verify_key", "kind", "part", "parts"}) {
    EXPECT_EQ(fault_of_changed(thread, [&](Json& json) { json.erase(member); }), ThreadFault::malformed)
        << member;
    EXPECT_EQ(fault_of_changed(thread, [&](Json& json) { json[member] = nullptr; }), ThreadFault::malformed)
        << member;
  }
  for (const char* member : {"thread", "reply_key", "verify_key"}) {
    const auto longer = [&](Json& json) { json[member] = json[member].get<std::string>() + "AAAA"; };
    const auto padded = [&](Json& json) { json[member] = json[member].get<std::string>() + "="; };
    const auto other_alphabet = [&](Json& json) {
      json[member] = "+" + json[member].get<std::string>().substr(1);
    };
    EXPECT_EQ(fault_of_changed(thread, longer), ThreadFault::malformed) << member;
    EXPECT_EQ(fault_of_changed(thread, padded), ThreadFault::malformed) << member;
    EXPECT_EQ(fault_of_changed(thread, other_alphabet), ThreadFault::malformed) << member;
  }
}

TEST(Thread, RefusesAnotherFormatKindOrCount) {
  const Thread thread = first_report();
  EXPECT_EQ(fault_of_changed(thread, [](Json& json) { json["format"] = "sandyk-thread/2"; }),
            ThreadFault::malformed);
  EXPECT_EQ(fault_of_changed(thread, [](Json& json) { json["kind"] = "answer"; }), ThreadFault::unknown_kind);
  EXPECT_EQ(fault_of_changed(thread, [](Json& json) { json["part"] = 0; }), ThreadFault::bad_parts);
  EXPECT_EQ(fault_of_changed(thread, [](Json& json) { json["part"] = 2; }), ThreadFault::bad_parts);
  EXPECT_EQ(fault_of_changed(thread, [](Json& json) { json["parts"] = max_parts + 1; }),
            ThreadFault::bad_parts);
}

TEST(Thread, WantsASignatureOfFollowUpsAndOfNothingElse) {
  const Thread followup = signed_followup();
  EXPECT_EQ(fault_of_changed(followup, [](Json& json) { json.erase("signature"); }),
            ThreadFault::no_signature);
  EXPECT_EQ(fault_of_changed(followup, [](Json& json) { json["kind"] = "report"; }),
            ThreadFault::odd_signature);
  EXPECT_EQ(fault_of_changed(followup, [](Json& json) { json["signature"] = "AAAA"; }),
            ThreadFault::malformed);
}

TEST(Thread, SignsKindThreadDocumentAndFilesInOrder) {
  const crypto::ThreadId id{1, 2, 3};
  const crypto::Bytes message = signing_message(ThreadKind::withdraw, id, document_hash, file_hashes);
  const std::string_view text = crypto::text_of(message);
  EXPECT_THAT(std::string(text), ::testing::StartsWith(std::string("sandyk/thread/1withdraw\x01\x02\x03")));
  EXPECT_EQ(message.size(), 15U + 8U + 16U + 32U * 3U);
}

TEST(Thread, KnowsItsOwnSignatureAndNoOther) {
  const Thread good = signed_followup();
  EXPECT_TRUE(has_good_signature(good, document_hash, file_hashes));

  const auto other = crypto::sha256(crypto::bytes_of("another"));
  EXPECT_FALSE(has_good_signature(good, other, file_hashes));
  EXPECT_FALSE(has_good_signature(good, document_hash, {}));
  const std::vector<crypto::Digest> turned = {file_hashes[1], file_hashes[0]};
  EXPECT_FALSE(has_good_signature(good, document_hash, turned));

  Thread withdrawn = signed_followup();
  withdrawn.kind = ThreadKind::withdraw;
  EXPECT_FALSE(has_good_signature(withdrawn, document_hash, file_hashes));
  Thread of_other_thread = signed_followup();
  of_other_thread.thread[0] ^= 1;
  EXPECT_FALSE(has_good_signature(of_other_thread, document_hash, file_hashes));
  EXPECT_FALSE(has_good_signature(first_report(), document_hash, file_hashes));
}

}  // namespace sandyk::report
