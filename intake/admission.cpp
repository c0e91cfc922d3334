#include "intake/admission.h"

#include <algorithm>

#include "crypto/seal/ids.h"
#include "crypto/seal/size_class.h"
#include "intake/log_file.h"
#include "intake/refusal.h"

namespace sandyk::intake {
namespace {

tl::unexpected<Answer> no(Refusal why) {
  return tl::unexpected(refuse(why));
}

/// The longest report that any of the site's weeks takes.
std::uint64_t largest_length(const storage::KeyringSet& keyrings) {
  std::uint64_t largest = 0;
  for (const auto& entry : keyrings.all()) {
    const auto& week = entry.second.content();
    largest = std::max(largest, crypto::sealed_length(week.max_class, week.organisations.size()));
  }
  return largest;
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

tl::expected<std::uint64_t, Answer> admit_report(const Head& head, const storage::KeyringSet& keyrings,
                                                 crypto::Date today) {
  if (!head.content_length) return no(Refusal::no_length);
  // Without a week in force there is no epoch to store into, nor a length to compare with.
  if (!keyrings.in_force(today)) return no(Refusal::no_week_in_force);
  const std::uint64_t length = *head.content_length;
  if (length > largest_length(keyrings)) return no(Refusal::too_large);
  if (head.has_encoding || (head.content_type && *head.content_type != "application/octet-stream"))
    return no(Refusal::wrong_type);

  const auto keyring = keyring_for(head, keyrings, today);
  if (!keyring) return tl::unexpected(keyring.error());
  const auto& week = (*keyring)->content();
  const auto size = crypto::size_class_of_sealed(length, week.organisations.size());
  if (!size) return tl::unexpected(refuse_length(week));
  if (*size > week.max_class) return no(Refusal::too_large);
  return length;
}

}  // namespace

std::optional<Method> method_of(std::string_view path) {
  if (path == "/" || path == "/ky/" || path == "/en/" || path == "/health" || path == puzzle_path)
    return Method::get;
  if (path.starts_with(keyring_path) || path.starts_with(policy_path)) return Method::get;
  if (path.starts_with(log_path) && LogFile::parse(path.substr(log_path.size()))) return Method::get;
  if (path.starts_with(reports_path) && crypto::ReportId::parse(path.substr(reports_path.size())))
    return Method::put;
  return std::nullopt;
}

tl::expected<std::uint64_t, Answer> admit(const Head& head, const storage::KeyringSet& keyrings,
                                          crypto::Date today) {
  const auto method = method_of(head.path);
  if (!method) return no(Refusal::not_found);
  if (head.method != *method) return no(*method == Method::put ? Refusal::only_put : Refusal::only_get);
  if (head.method == Method::put) return admit_report(head, keyrings, today);
  if (head.content_length.value_or(0) != 0) return no(Refusal::body_with_get);
  return 0;
}

}  // namespace sandyk::intake
