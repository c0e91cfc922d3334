#include "report/document.h"

#include <gtest/gtest.h>

#include <functional>

#include "report/packing.h"
#include "report/vocabulary.h"
#include "tests/report/samples.h"

namespace sandyk::report {
namespace {

using crypto::Json;

const std::string digest_hex(64, 'a');

/// The long sample, with one change.
tl::expected<Document, DocumentError> parse_changed(const std::function<void(Json&)>& change) {
  Json json = Json::parse(testing::sample("report_ru"));
  change(json);
  return Document::parse(crypto::bytes_of(json.dump()));
}

void expect_refusal(DocumentFault fault, const std::string& field, const std::function<void(Json&)>& change) {
  const auto document = parse_changed(change);
  ASSERT_FALSE(document) << field;
  EXPECT_EQ(document.error().fault, fault) << field;
  EXPECT_EQ(document.error().field, field);
  EXPECT_FALSE(sentence(document.error()).empty());
}

Json attachment(const std::string& id) {
  return {{"id", id},
          {"evidence_kind", "photo"},
          {"size", 7},
          {"sha256", digest_hex},
          {"media_type", "image/jpeg"}};
}

std::string repeated(const std::string& text, std::size_t n) {
  std::string all;
  for (std::size_t i = 0; i < n; ++i) all += text;
  return all;
}

}  // namespace

TEST(Document, ReadsTheSamplesAndWritesThemBackEqual) {
  for (const std::string& name : testing::sample_names()) {
    const auto document = Document::parse(crypto::bytes_of(testing::sample(name)));
    ASSERT_TRUE(document) << name;
    const std::string written = document->write();
    const auto again = Document::parse(crypto::bytes_of(written));
    ASSERT_TRUE(again) << name;
    EXPECT_EQ(*again, *document) << name;
    EXPECT_EQ(again->write(), written) << name;
    EXPECT_EQ(written, Json::parse(testing::sample(name)).dump() + "\n") << "the order of members is kept";
  }
}

TEST(Document, WritesLettersAsTheyAre) {
  const auto document = Document::parse(crypto::bytes_of(testing::sample("report_ky")));
  ASSERT_TRUE(document);
  EXPECT_NE(document->write().find("өзүңө жаман болот"), std::string::npos);
  EXPECT_EQ(document->write().find("\\u"), std::string::npos);
}

TEST(Document, AnswersWhatItWasAsked) {
  const auto document = Document::parse(crypto::bytes_of(testing::sample("report_ru")));
  ASSERT_TRUE(document);
  EXPECT_EQ(document->text("lang"), "ru");
  EXPECT_EQ(document->text("when_text"), "с 22 по 30 ноября 2031");
  EXPECT_EQ(document->codes("danger"), std::vector<std::string>{"soon"});
  EXPECT_EQ(document->codes("target_role"), (std::vector<std::string>{"lawyer", "associate"}));
  EXPECT_TRUE(document->codes("continues").empty());
  EXPECT_TRUE(document->attachments().empty());
}

TEST(Document, KeepsUnknownFieldsAndCodes) {
  const auto document = parse_changed([](Json& json) {
    json["colour_of_car"] = {{"guess", "grey"}, {"sure", 0.5}};
    json["channel"].push_back("carrier_pigeon");
    json["v"] = "1.7.3";
  });
  ASSERT_TRUE(document);
  EXPECT_NE(document->write().find("carrier_pigeon"), std::string::npos);
  EXPECT_NE(document->write().find(R"("colour_of_car":{"guess":"grey","sure":0.5})"), std::string::npos);
}

TEST(Document, KeepsControlCharactersInTexts) {
  const auto document = parse_changed([](Json& json) { json["narrative"] = "a\u001b[2J\r\n"; });
  ASSERT_TRUE(document);
  EXPECT_EQ(document->text("narrative"), "a\u001b[2J\r\n");
}

TEST(Document, RefusesWhatIsNotAJsonObjectInUtf8) {
  const auto fault_of = [](std::string_view text) {
    return Document::parse(crypto::bytes_of(text)).error().fault;
  };
  EXPECT_EQ(fault_of(""), DocumentFault::not_json);
  EXPECT_EQ(fault_of("{"), DocumentFault::not_json);
  EXPECT_EQ(fault_of("{\"v\":\"1.0.0\",\"narrative\":\"\xff\"}"), DocumentFault::not_json);
  EXPECT_EQ(fault_of(R"({"v":"1.0.0","narrative":"a","narrative":"b"})"), DocumentFault::not_json);
  EXPECT_EQ(fault_of("[]"), DocumentFault::not_an_object);
  EXPECT_EQ(fault_of("7"), DocumentFault::not_an_object);
}

TEST(Document, RefusesMoreThan256KiB) {
  const std::string text = R"({"v":"1.0.0","narrative":"a")";
  const std::string fits = text + std::string(max_document_size - text.size() - 1, ' ') + "}";
  EXPECT_TRUE(Document::parse(crypto::bytes_of(fits)));
  EXPECT_EQ(Document::parse(crypto::bytes_of(fits + " ")).error().fault, DocumentFault::too_large);
}

TEST(Document, RefusesAMissingOrOtherVersion) {
  expect_refusal(DocumentFault::no_version, "v", [](Json& json) { json.erase("v"); });
  expect_refusal(DocumentFault::wrong_type, "v", [](Json& json) { json["v"] = 1; });
  expect_refusal(DocumentFault::other_version, "v", [](Json& json) { json["v"] = "2.0.0"; });
  expect_refusal(DocumentFault::other_version, "v", [](Json& json) { json["v"] = "10.0.0"; });
}

TEST(Document, RefusesAReportThatSaysNothing) {
  expect_refusal(DocumentFault::says_nothing, "", [](Json& json) { json.erase("narrative"); });
  EXPECT_TRUE(parse_changed([](Json& json) {
    json.erase("narrative");
    json["attachments"] = {attachment("a1")};
  }));
}

TEST(Document, RefusesEmptyValues) {
  expect_refusal(DocumentFault::empty_value, "narrative", [](Json& json) { json["narrative"] = nullptr; });
  expect_refusal(DocumentFault::empty_value, "when_text", [](Json& json) { json["when_text"] = ""; });
  expect_refusal(DocumentFault::empty_value, "channel", [](Json& json) { json["channel"] = Json::array(); });
  expect_refusal(DocumentFault::empty_value, "channel", [](Json& json) { json["channel"].push_back(""); });
  expect_refusal(DocumentFault::empty_value, "", [](Json& json) { json["of_tomorrow"] = nullptr; });
}

TEST(Document, RefusesValuesOfTheWrongType) {
  expect_refusal(DocumentFault::wrong_type, "narrative", [](Json& json) { json["narrative"] = 7; });
  expect_refusal(DocumentFault::wrong_type, "danger", [](Json& json) { json["danger"] = {"soon"}; });
  expect_refusal(DocumentFault::wrong_type, "channel", [](Json& json) { json["channel"] = "sms"; });
  expect_refusal(DocumentFault::wrong_type, "channel", [](Json& json) { json["channel"].push_back(7); });
  expect_refusal(DocumentFault::wrong_type, "attachments", [](Json& json) { json["attachments"] = "a1"; });
}

TEST(Document, CountsItsLimitsInCodePoints) {
  EXPECT_TRUE(parse_changed([](Json& json) { json["narrative"] = repeated("ү", 20000); }));
  expect_refusal(DocumentFault::too_long, "narrative",
                 [](Json& json) { json["narrative"] = repeated("ү", 20001); });
  expect_refusal(DocumentFault::too_long, "when_text",
                 [](Json& json) { json["when_text"] = repeated("ү", 121); });
  expect_refusal(DocumentFault::too_long, "danger", [](Json& json) { json["danger"] = repeated("x", 65); });
  expect_refusal(DocumentFault::too_many, "channel", [](Json& json) { json["channel"] = Json(65, "sms"); });
}

TEST(Document, ReadsAttachments) {
  const auto document = parse_changed([](Json& json) {
    json["attachments"] = {attachment("a2"), attachment("a1")};
  });
  ASSERT_TRUE(document);
  ASSERT_EQ(document->attachments().size(), 2U);
  const Attachment& first = document->attachments().front();
  EXPECT_EQ(first.id, "a2");
  EXPECT_EQ(first.evidence_kind, "photo");
  EXPECT_EQ(first.size, 7U);
  EXPECT_EQ(first.sha256.hex(), digest_hex);
  EXPECT_EQ(first.media_type, "image/jpeg");
}

TEST(Document, RefusesMalformedAttachments) {
  const auto refuse = [](const std::function<void(Json&)>& change) {
    expect_refusal(DocumentFault::bad_attachment, "attachments", [&](Json& json) {
      Json entry = attachment("a1");
      change(entry);
      json["attachments"] = Json::array({entry});
    });
  };
  refuse([](Json& entry) { entry["id"] = "a6"; });
  refuse([](Json& entry) { entry["id"] = "../a1"; });
  refuse([](Json& entry) { entry["size"] = -1; });
  refuse([](Json& entry) { entry["size"] = "7"; });
  refuse([](Json& entry) { entry["sha256"] = std::string(64, 'A'); });
  refuse([](Json& entry) { entry["media_type"] = ""; });
  refuse([](Json& entry) { entry["media_type"] = std::string(128, 'x'); });
  for (const char* member : {"id", "evidence_kind", "size", "sha256", "media_type"})
    refuse([member](Json& entry) { entry.erase(member); });
  refuse([](Json& entry) { entry = "a1"; });
  expect_refusal(DocumentFault::bad_attachment, "attachments", [](Json& json) {
    json["attachments"] = {attachment("a1"), attachment("a1")};
  });
  expect_refusal(DocumentFault::too_many, "attachments",
                 [](Json& json) { json["attachments"] = Json(6, attachment("a1")); });
}

TEST(Document, TakesAListOfAttachmentsAndDropsItAgain) {
  auto document = Document::parse(crypto::bytes_of(testing::sample("report_min_en")));
  ASSERT_TRUE(document);
  const Document before = *document;
  document->set_attachments(
      {{"a1", "document", 3, crypto::sha256(crypto::bytes_of("abc")), "application/pdf"}});
  const auto again = Document::parse(crypto::bytes_of(document->write()));
  ASSERT_TRUE(again);
  ASSERT_EQ(again->attachments().size(), 1U);
  EXPECT_EQ(again->attachments().front().media_type, "application/pdf");
  document->set_attachments({});
  EXPECT_EQ(*document, before);
}

TEST(Document, FitsTheSmallestClassWith6000LettersAndTheLongestAnswers) {
  const auto document = parse_changed([](Json& json) {
    json["narrative"] = repeated("ү", 6000);
    json["when_text"] = repeated("ү", 120);
    json["what"] = {"threat", "physical", "surveillance", "impunity"};
  });
  ASSERT_TRUE(document);
  const std::string written = document->write();
  const std::string thread(512, 'x');
  const auto size = packed_size(crypto::bytes_of(written), crypto::bytes_of(thread), {});
  EXPECT_LE(size, crypto::size_classes.front());
}

}  // namespace sandyk::report
