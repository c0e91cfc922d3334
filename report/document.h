// report.json: what a reporter says, in the fields of the vocabulary. Read with limits, written one way.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/ids.h"
#include "crypto/seal/json.h"

namespace sandyk::report {

inline constexpr std::size_t max_document_size = 256 * 1024;
inline constexpr std::size_t max_attachments = 5;

/// What a document says of one attached file.
struct Attachment {
  std::string id;             ///< `a1` to `a5`, the file's name in the packed report
  std::string evidence_kind;  ///< a code of that list
  std::uint64_t size;         ///< bytes
  crypto::Digest sha256;
  std::string media_type;  ///< as the sender's program guessed it: no promise
};

enum class DocumentFault {
  too_large,  ///< more than 256 KiB
  not_json,   ///< not UTF-8, not JSON, a member twice, or nested too deep
  not_an_object,
  no_version,     ///< no field `v`
  other_version,  ///< `v` is not 1.x.y
  says_nothing,   ///< neither narrative nor attachments
  empty_value,    ///< null, an empty text or an empty list: an unanswered field is left out
  wrong_type,
  too_long,
  too_many,
  bad_attachment,  ///< not {id, evidence_kind, size, sha256, media_type}, or an id twice
};

/// `field` is a field of the vocabulary, or empty; never a byte of the input.
struct DocumentError {
  DocumentFault fault;
  std::string_view field;
};
/// One sentence for people.
std::string sentence(const DocumentError& error);

/// A document that was checked. Fields and codes that the vocabulary does not know are kept as they are, and
/// so are control characters in texts: a report is not refused for a stray byte, and whoever shows it uses
/// `harmless`.
class Document {
 public:
  /// Any bytes give a document or a fault.
  [[nodiscard]] static tl::expected<Document, DocumentError> parse(crypto::ByteView json);

  /// UTF-8 with letters as they are, in the order read, without white space: 6000 letters of Cyrillic and
  /// every answer of the form still fit the smallest size class. Reading it again gives an equal document.
  std::string write() const;

  /// The text of a field; nothing when it is absent or not a text.
  std::optional<std::string> text(std::string_view field) const { return crypto::text_member(json_, field); }
  /// The codes of a field of type code or codes; empty when it is absent.
  std::vector<std::string> codes(std::string_view field) const;
  const std::vector<Attachment>& attachments() const { return attachments_; }
  /// All members, also those that the vocabulary does not know.
  const crypto::Json& json() const { return json_; }

  /// Says which files go with it, at most five; none takes the field away. The narrative may not be missing
  /// then.
  void set_attachments(std::vector<Attachment> attachments);

  bool operator==(const Document& other) const { return json_ == other.json_; }

 private:
  Document(crypto::Json json, std::vector<Attachment> attachments)
      : json_(std::move(json)), attachments_(std::move(attachments)) {}

  crypto::Json json_;
  std::vector<Attachment> attachments_;
};

/// `a1` for 1.
std::string attachment_id(std::size_t number);
/// Whether `id` is one of `a1` to `a5`.
bool is_attachment_id(std::string_view id);

}  // namespace sandyk::report
