#include "report/document.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>

#include "report/text.h"
#include "report/vocabulary.h"

namespace sandyk::report {
namespace {

using crypto::Json;

constexpr std::string_view attachments_field = "attachments";
constexpr std::string_view narrative_field = "narrative";
constexpr std::string_view version_field = "v";
constexpr std::size_t max_media_type = 127;  // RFC 6838, section 4.2
constexpr std::array<std::string_view, max_attachments> attachment_ids = {"a1", "a2", "a3", "a4", "a5"};

using Checked = tl::expected<void, DocumentFault>;

Checked check_text(const Json& value, std::size_t max_chars) {
  if (!value.is_string()) return tl::unexpected(DocumentFault::wrong_type);
  const auto& text = value.get_ref<const std::string&>();
  if (text.empty()) return tl::unexpected(DocumentFault::empty_value);
  if (count_code_points(text) > max_chars) return tl::unexpected(DocumentFault::too_long);
  return {};
}

Checked check_codes(const Json& value, const Field& field) {
  if (!value.is_array()) return tl::unexpected(DocumentFault::wrong_type);
  if (value.size() > field.max_items) return tl::unexpected(DocumentFault::too_many);
  for (const Json& code : value)
    if (auto good = check_text(code, field.max_chars); !good) return good;
  return {};
}

std::optional<Attachment> read_attachment(const Json& object) {
  auto id = crypto::text_member(object, "id");
  auto kind = crypto::text_member(object, "evidence_kind");
  const auto size = crypto::number_member(object, "size");
  const auto hex = crypto::text_member(object, "sha256");
  auto media_type = crypto::text_member(object, "media_type");
  if (!id || !kind || !size || !hex || !media_type || !is_attachment_id(*id)) return std::nullopt;
  const auto digest = crypto::Digest::parse(*hex);
  const bool has_good_texts = !kind->empty() && kind->size() <= max_media_type && !media_type->empty() &&
                              media_type->size() <= max_media_type;
  if (!digest || !has_good_texts) return std::nullopt;
  return Attachment{std::move(*id), std::move(*kind), *size, *digest, std::move(*media_type)};
}

tl::expected<std::vector<Attachment>, DocumentFault> read_attachments(const Json& document) {
  std::vector<Attachment> attachments;
  const auto list = document.find(attachments_field);
  if (list == document.end()) return attachments;
  if (!list->is_array()) return tl::unexpected(DocumentFault::wrong_type);
  if (list->size() > max_attachments) return tl::unexpected(DocumentFault::too_many);
  std::set<std::string> seen;
  for (const Json& entry : *list) {
    auto attachment = read_attachment(entry);
    if (!attachment || !seen.insert(attachment->id).second)
      return tl::unexpected(DocumentFault::bad_attachment);
    attachments.push_back(std::move(*attachment));
  }
  return attachments;
}

Json write_attachment(const Attachment& attachment) {
  return {{"id", attachment.id},
          {"evidence_kind", attachment.evidence_kind},
          {"size", attachment.size},
          {"sha256", attachment.sha256.hex()},
          {"media_type", attachment.media_type}};
}

Checked check_version(const Json& document) {
  const auto version = document.find(version_field);
  if (version == document.end()) return tl::unexpected(DocumentFault::no_version);
  if (!version->is_string()) return tl::unexpected(DocumentFault::wrong_type);
  if (!version->get_ref<const std::string&>().starts_with("1."))
    return tl::unexpected(DocumentFault::other_version);
  return {};
}

/// "There is no empty string, null or 'n/a'" (vocabulary, rules): this holds for unknown fields too.
bool is_empty_value(const Json& value) {
  return value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty()) ||
         (value.is_array() && value.empty());
}

Checked check_value(const Json& value, const Field* field) {
  if (is_empty_value(value)) return tl::unexpected(DocumentFault::empty_value);
  if (field == nullptr) return {};
  switch (field->type) {
    case FieldType::line:
    case FieldType::text:
    case FieldType::code:
      return check_text(value, field->max_chars);
    case FieldType::codes:
      return check_codes(value, *field);
    case FieldType::files:
      return {};  // read_attachments checks it
  }
  std::abort();
}

}  // namespace

tl::expected<Document, DocumentError> Document::parse(crypto::ByteView json) {
  const auto refuse = [](DocumentFault fault, std::string_view field) {
    return tl::unexpected(DocumentError{fault, field});
  };
  if (json.size() > max_document_size) return refuse(DocumentFault::too_large, {});
  auto document = crypto::parse_json(json, max_document_size);
  if (!document) return refuse(DocumentFault::not_json, {});
  if (!document->is_object()) return refuse(DocumentFault::not_an_object, {});
  if (auto good = check_version(*document); !good) return refuse(good.error(), version_field);
  for (const auto& [name, value] : document->items()) {
    const Field* field = Vocabulary::built_in().report_field(name);
    if (auto good = check_value(value, field); !good)
      return refuse(good.error(), field == nullptr ? std::string_view() : field->code);
  }
  auto attachments = read_attachments(*document);
  if (!attachments) return refuse(attachments.error(), attachments_field);
  if (!document->contains(narrative_field) && attachments->empty())
    return refuse(DocumentFault::says_nothing, {});
  return Document(std::move(*document), std::move(*attachments));
}

std::string Document::write() const {
  return json_.dump() + "\n";
}

std::vector<std::string> Document::codes(std::string_view field) const {
  std::vector<std::string> codes;
  const auto found = json_.find(field);
  if (found == json_.end()) return codes;
  if (found->is_string()) return {found->get<std::string>()};
  for (const Json& code : *found)
    if (code.is_string()) codes.push_back(code.get<std::string>());
  return codes;
}

void Document::set_attachments(std::vector<Attachment> attachments) {
  if (attachments.size() > max_attachments) std::abort();
  if (attachments.empty()) {
    if (!json_.contains(narrative_field)) std::abort();
    json_.erase(std::string(attachments_field));
  } else {
    Json list = Json::array();
    for (const Attachment& attachment : attachments) list.push_back(write_attachment(attachment));
    json_[std::string(attachments_field)] = std::move(list);
  }
  attachments_ = std::move(attachments);
}

std::string attachment_id(std::size_t number) {
  if (number < 1 || number > max_attachments) std::abort();
  return std::string(attachment_ids[number - 1]);
}

bool is_attachment_id(std::string_view id) {
  return std::find(attachment_ids.begin(), attachment_ids.end(), id) != attachment_ids.end();
}

std::string sentence(const DocumentError& error) {
  const std::string where =
      error.field.empty() ? "a field" : "the field \"" + std::string(error.field) + "\"";
  switch (error.fault) {
    case DocumentFault::too_large:
      return "it is larger than 256 KiB";
    case DocumentFault::not_json:
      return "it is not JSON in UTF-8";
    case DocumentFault::not_an_object:
      return "it is not a JSON object";
    case DocumentFault::no_version:
      return "it has no field \"v\" with the version of the vocabulary";
    case DocumentFault::other_version:
      return "it follows another major version of the vocabulary than 1";
    case DocumentFault::says_nothing:
      return "it has neither a narrative nor files";
    case DocumentFault::empty_value:
      return where + " is empty; an unanswered field is left out";
    case DocumentFault::wrong_type:
      return where + " has a value of the wrong type";
    case DocumentFault::too_long:
      return where + " is longer than the vocabulary allows";
    case DocumentFault::too_many:
      return where + " has more entries than the vocabulary allows";
    case DocumentFault::bad_attachment:
      return where +
             " has an entry that is not {id, evidence_kind, size, sha256, media_type}, or the same id twice";
  }
  std::abort();
}

}  // namespace sandyk::report
