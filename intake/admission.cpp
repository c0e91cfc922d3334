#include "intake/admission.h"

#include <algorithm>

#include "crypto/seal/ids.h"
#include "crypto/seal/size_class.h"
#include "intake/log_file.h"
#include "intake/refusal.h"

namespace sandyk::intake {
namespace {

using Result = tl::expected<Admitted, Answer>;

tl::unexpected<Answer> no(Refusal why) {
  return tl::unexpected(refuse(why));
}

/// Keyrings are few and public, so there is no answer here that a peer could not find out.
tl::expected<const crypto::Keyring*, Answer> keyring_for(const Head& head,
                                                         const storage::KeyringSet& keyrings,
                                                         crypto::Date today) {
  const auto week = head.week ? crypto::Week::parse(*head.week) : std::nullopt;
  if (!week) return no(Refusal::no_week_named);
  const crypto::Keyring* keyring = keyrings.of_week(*week);
  if (!keyring) return no(Refusal::unknown_week);
  if (today < keyring->content().not_before) return no(Refusal::week_not_begun);
  if (!keyring->accepts(today)) return no(Refusal::week_over);
  return keyring;
}

/// A sealed report of `length` bytes for the week that the head names.
std::optional<Answer> refuse_report(const Head& head, std::uint64_t length,
                                    const storage::KeyringSet& keyrings, crypto::Date today) {
  // Without a week in force there is no epoch to store into, nor a length to compare with.
  if (!keyrings.in_force(today)) return refuse(Refusal::no_week_in_force);
  if (length > largest_length(keyrings)) return refuse(Refusal::too_large);
  if (head.has_encoding || (head.content_type && *head.content_type != "application/octet-stream"))
    return refuse(Refusal::wrong_type);

  const auto keyring = keyring_for(head, keyrings, today);
  if (!keyring) return keyring.error();
  const auto& week = (*keyring)->content();
  const auto size = crypto::size_class_of_sealed(length, week.organisations.size());
  if (!size) return refuse_length(week);
  if (*size > week.max_class) return refuse(Refusal::too_large);
  return std::nullopt;
}

Result admit_put(const Head& head, const storage::KeyringSet& keyrings, crypto::Date today) {
  if (!head.content_length) return no(Refusal::no_length);
  if (auto refusal = refuse_report(head, *head.content_length, keyrings, today))
    return tl::unexpected(std::move(*refusal));
  return Admitted{*head.content_length, *head.content_length};
}

/// From here on the same as a PUT of that length, but for its bytes.
Result admit_creation(const Head& head, const storage::KeyringSet& keyrings, crypto::Date today) {
  if (head.content_length.value_or(0) != 0 || head.upload_complete != false || head.upload_offset ||
      !head.upload_length)
    return no(Refusal::upload_headers);
  if (auto refusal = refuse_report(head, *head.upload_length, keyrings, today))
    return tl::unexpected(std::move(*refusal));
  if (*head.upload_length <= largest_in_memory) return no(Refusal::upload_small);
  if (!report_named(head)) return no(Refusal::no_report_named);
  return Admitted{0, *head.upload_length};
}

/// What is known to be of no use is refused before it is sent; the worker looks again.
Result admit_part(const Head& head, const Uploads::State& upload) {
  if (!head.content_length) return no(Refusal::no_length);
  if (!head.upload_offset || !head.upload_complete ||
      head.upload_length.value_or(upload.length) != upload.length)
    return no(Refusal::upload_headers);
  if (*head.content_length > max_part) return no(Refusal::part_too_large);
  if (head.has_encoding || head.content_type != "application/partial-upload") return no(Refusal::part_type);
  if (*head.upload_offset > upload.offset) return tl::unexpected(refuse_offset(upload.offset));
  const bool is_last = *head.upload_offset + *head.content_length == upload.length;
  if (*head.upload_offset + *head.content_length > upload.length || is_last != *head.upload_complete)
    return no(Refusal::upload_length);
  return Admitted{*head.content_length, 0};
}

Result admit_to_upload(const Head& head, const crypto::UploadToken& token, const Uploads& uploads) {
  if (head.method != Method::head && head.method != Method::patch && head.method != Method::remove)
    return no(Refusal::only_of_upload);
  const auto upload = uploads.find(token);
  if (!upload) return no(Refusal::not_found);
  if (head.method == Method::patch) return admit_part(head, *upload);
  if (head.content_length.value_or(0) != 0) return no(Refusal::body_with_get);
  if (head.upload_offset || head.upload_length || head.upload_complete) return no(Refusal::upload_headers);
  return Admitted{};
}

std::optional<crypto::ReportId> report_of_path(std::string_view path) {
  return path.starts_with(reports_path) ? crypto::ReportId::parse(path.substr(reports_path.size()))
                                        : std::nullopt;
}

/// Its report is admitted as a PUT of it would be, once it is here. Every browser of today says
/// when a form comes from another site's page; an older one has nothing worth stealing here, only a report to
/// add.
Result admit_form(const Head& head, const storage::KeyringSet& keyrings, crypto::Date today) {
  if (head.method != Method::post) return no(Refusal::only_post);
  if (head.is_cross_site) return no(Refusal::cross_site);
  if (!head.content_length) return no(Refusal::no_length);
  if (!keyrings.in_force(today)) return no(Refusal::no_week_in_force);
  if (*head.content_length > largest_in_memory) return no(Refusal::form_too_large);
  if (head.has_encoding || !head.boundary) return no(Refusal::form);
  return Admitted{*head.content_length, 0, true};
}

/// What a browser asks before a page of another node sends anything.
Answer allow_sending() {
  Answer answer{200, "text/plain", {}};
  answer.more = {{"Access-Control-Allow-Methods", "GET, HEAD, PATCH, POST, PUT"},
                 {"Access-Control-Allow-Headers",
                  "Content-Type, Sandyk-Puzzle, Sandyk-Report, Sandyk-Week, Upload-Complete, Upload-Length, "
                  "Upload-Offset"},
                 {"Access-Control-Max-Age", "600"}};
  return answer;
}

bool takes_from_other_nodes(std::string_view path) {
  return path == puzzle_path || path == uploads_path || path.starts_with(upload_path) || report_of_path(path);
}

bool is_page(std::string_view path) {
  if (path == "/" || path == "/ky/" || path == "/en/" || path == "/health" || path == puzzle_path)
    return true;
  if (path.starts_with(keyring_path) || path.starts_with(policy_path) || path.starts_with(board_path))
    return true;
  return path.starts_with(log_path) && LogFile::parse(path.substr(log_path.size()));
}

}  // namespace

std::vector<std::string> origins_of_nodes(const storage::KeyringSet& keyrings, crypto::Date today) {
  std::vector<std::string> origins;
  const crypto::Keyring* keyring = keyrings.in_force(today);
  if (!keyring) return origins;
  for (const crypto::Node& node : keyring->content().nodes)
    for (std::string url : {node.https, node.onion}) {
      if (url.ends_with('/')) url.pop_back();
      if (!url.empty()) origins.push_back(std::move(url));
    }
  return origins;
}

std::string origin_of_node(const Head& head, const storage::KeyringSet& keyrings, crypto::Date today) {
  if (!head.origin) return {};
  const auto origins = origins_of_nodes(keyrings, today);
  return std::find(origins.begin(), origins.end(), *head.origin) == origins.end() ? std::string()
                                                                                  : *head.origin;
}

std::vector<std::pair<std::string, std::string>> readable_from(const std::string& origin) {
  if (origin.empty()) return {};
  return {{"Access-Control-Allow-Origin", origin},
          {"Access-Control-Expose-Headers", "Location, Retry-After, Upload-Complete, Upload-Offset"}};
}

std::uint64_t largest_length(const storage::KeyringSet& keyrings) {
  std::uint64_t largest = 0;
  for (const auto& entry : keyrings.all()) {
    const auto& week = entry.second.content();
    largest = std::max(largest, crypto::sealed_length(week.max_class, week.organisations.size()));
  }
  return largest;
}

std::optional<crypto::ReportId> report_named(const Head& head) {
  if (head.method == Method::put) return report_of_path(head.path);
  return head.report ? crypto::ReportId::parse(*head.report) : std::nullopt;
}

tl::expected<Admitted, Answer> admit(const Head& head, const storage::KeyringSet& keyrings,
                                     crypto::Date today, const Uploads* uploads) {
  const std::string_view path = head.path;
  if (head.method == Method::preflight && takes_from_other_nodes(path) &&
      !origin_of_node(head, keyrings, today).empty())
    return tl::unexpected(allow_sending());
  if (is_page(path)) {
    if (head.method != Method::get) return no(Refusal::only_get);
    if (head.content_length.value_or(0) != 0) return no(Refusal::body_with_get);
    return Admitted{};
  }
  if (path == form_path) return admit_form(head, keyrings, today);
  if (report_of_path(path))
    return head.method == Method::put ? admit_put(head, keyrings, today) : no(Refusal::only_put);
  if (uploads && path == uploads_path)
    return head.method == Method::post ? admit_creation(head, keyrings, today) : no(Refusal::only_post);
  if (uploads && path.starts_with(upload_path))
    if (const auto token = crypto::UploadToken::parse(path.substr(upload_path.size())))
      return admit_to_upload(head, *token, *uploads);
  return no(Refusal::not_found);
}

}  // namespace sandyk::intake
