#include "reporter/report_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "crypto/seal/file.h"
#include "report/vocabulary.h"
#include "reporter/media_type.h"

namespace sandyk::reporter {
namespace {

struct GivenFile {
  crypto::Bytes content;
  crypto::Digest sha256;
  std::string kind;
  std::string_view media_type;
};

struct Argument {
  std::string kind;  ///< empty when none was said
  std::filesystem::path path;
};

/// Only a known code in front of a colon is a kind: paths may have colons too.
Argument split(const std::string& argument) {
  const auto colon = argument.find(':');
  if (colon != std::string::npos) {
    const std::string kind = argument.substr(0, colon);
    if (report::Vocabulary::built_in().find_code("evidence_kind", kind) != nullptr)
      return {kind, argument.substr(colon + 1)};
  }
  return {"", argument};
}

tl::expected<GivenFile, Failure> read_file(const std::string& text, std::size_t number) {
  const Argument argument = split(text);
  auto content = crypto::read_file(argument.path, report::max_packed_size);
  if (!content && content.error() == crypto::IoFault::too_large)
    return failure(crypto::exit_usage,
                   fmt::format("File {} is larger than 32 MiB, which is the most one report can carry. "
                               "Send parts of it in further reports.",
                               number));
  if (!content)
    return failure(crypto::exit_usage,
                   fmt::format("File {} cannot be read: {}.", number, crypto::sentence(content.error())));
  const std::string_view type = media_type_of(*content);
  const crypto::Digest digest = crypto::sha256(*content);
  return GivenFile{std::move(*content), digest,
                   argument.kind.empty() ? std::string(evidence_kind_of(type)) : argument.kind, type};
}

std::vector<report::Attachment> list(const std::vector<GivenFile>& files) {
  std::vector<report::Attachment> attachments;
  for (const GivenFile& file : files)
    attachments.push_back({report::attachment_id(attachments.size() + 1), file.kind, file.content.size(),
                           file.sha256, std::string(file.media_type)});
  return attachments;
}

/// The given files in the order in which the document lists them, found by their hashes.
tl::expected<std::vector<crypto::Bytes>, Failure> match(const report::Document& document,
                                                        std::vector<GivenFile> files) {
  std::vector<crypto::Bytes> contents;
  for (const report::Attachment& listed : document.attachments()) {
    const auto found = std::find_if(files.begin(), files.end(), [&](const GivenFile& file) {
      return file.sha256 == listed.sha256 && file.content.size() == listed.size;
    });
    if (found == files.end())
      return failure(crypto::exit_usage,
                     fmt::format("The document lists file {}, which was not given, or not in that "
                                 "state. Give it with --file, or take it off the list.",
                                 listed.id));
    contents.push_back(std::move(found->content));
    files.erase(found);
  }
  if (!files.empty())
    return failure(crypto::exit_usage,
                   "A file was given that the document does not list. Take the document's field "
                   "\"attachments\" out, and the list is made anew.");
  return contents;
}

tl::expected<report::Document, Failure> read_document(const std::filesystem::path& path) {
  const auto json = crypto::read_file(path, report::max_document_size);
  if (!json)
    return failure(crypto::exit_usage,
                   fmt::format("The report cannot be read: {}.", crypto::sentence(json.error())));
  auto document = report::Document::parse(*json);
  if (!document)
    return failure(crypto::exit_usage,
                   fmt::format("The report is not one: {}.", report::sentence(document.error())));
  return std::move(*document);
}

}  // namespace

std::vector<report::FileToPack> Report::files() const {
  std::vector<report::FileToPack> files;
  for (const report::Attachment& attachment : document.attachments())
    files.push_back({attachment.id, contents[files.size()]});
  return files;
}

tl::expected<Report, Failure> read_report(const std::filesystem::path& document_path,
                                          const std::vector<std::string>& arguments) {
  auto document = read_document(document_path);
  if (!document) return tl::unexpected(document.error());
  if (arguments.size() > report::max_attachments)
    return failure(crypto::exit_usage,
                   fmt::format("One report carries at most {} files. Send the others in further "
                               "reports.",
                               report::max_attachments));
  std::vector<GivenFile> files;
  for (const std::string& argument : arguments) {
    auto file = read_file(argument, files.size() + 1);
    if (!file) return tl::unexpected(file.error());
    files.push_back(std::move(*file));
  }
  if (document->attachments().empty() && !files.empty()) document->set_attachments(list(files));
  auto contents = match(*document, std::move(files));
  if (!contents) return tl::unexpected(contents.error());
  return Report{std::move(*document), std::move(*contents)};
}

std::vector<std::string> files_with_exif(const Report& report) {
  std::vector<std::string> ids;
  for (const report::FileToPack& file : report.files())
    if (has_exif(file.content)) ids.push_back(file.id);
  return ids;
}

}  // namespace sandyk::reporter
