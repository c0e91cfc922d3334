#include "intake/upload_requests.h"

#include <cstdlib>

#include "intake/admission.h"
#include "intake/refusal.h"

namespace sandyk::intake {
namespace {

constexpr int created = 201, no_content = 204, first_server_fault = 500;

std::string number(std::uint64_t value) {
  return std::to_string(value);
}

std::pair<std::string, std::string> completeness(bool is_complete) {
  return {"Upload-Complete", is_complete ? "?1" : "?0"};
}

/// A fault of ours passes, and the whole report stays for that; what is wrong with the report does not.
Uploads::Ending ending_of(const Answer& answer) {
  if (answer.status == created) return Uploads::Ending::stored;
  return answer.status >= first_server_fault ? Uploads::Ending::postponed : Uploads::Ending::refused;
}

Answer answer_to(const Uploads::Refused& refused) {
  using Fault = Uploads::Fault;
  switch (refused.fault) {
    case Fault::unknown:
      return refuse(Refusal::not_found);
    case Fault::gap:
      return refuse_offset(refused.offset);
    case Fault::wrong_end:
      return refuse(Refusal::upload_length);
    case Fault::no_room:
      return refuse(Refusal::busy);
    case Fault::disk_full:
      return refuse(Refusal::disk_full);
    case Fault::failed:
      return refuse(Refusal::storage_failed);
  }
  std::abort();
}

}  // namespace

Answer stored_answer() {
  return {created, "application/json", "{\"stored\":true}\n"};
}

Answer UploadRequests::begin(const crypto::ReportId& report, crypto::Week week, std::uint64_t length,
                             std::uint64_t largest) {
  const auto token = uploads_.create(report, week, length);
  if (!token) return refuse(Refusal::busy);
  Answer answer{created, {}, {}};
  answer.more = {{"Location", std::string(upload_path) + token->hex()},
                 completeness(false),
                 {"Upload-Offset", "0"},
                 {"Upload-Limit", "max-size=" + number(largest) + ", max-append-size=" + number(max_part)}};
  return answer;
}

Answer UploadRequests::look(const crypto::UploadToken& token) const {
  const auto state = uploads_.find(token);
  if (!state) return refuse(Refusal::not_found);
  Answer answer{no_content, {}, {}};
  answer.more = {completeness(state->is_complete),
                 {"Upload-Offset", number(state->offset)},
                 {"Upload-Length", number(state->length)},
                 {"Upload-Limit", "max-append-size=" + number(max_part)}};
  return answer;
}

Answer UploadRequests::add(const crypto::UploadToken& token, const Uploads::Part& part) {
  std::optional<Answer> of_whole;
  const auto state = uploads_.append(
      token, part, [&](const crypto::ReportId& report, crypto::Week week, const storage::SealedBody& whole) {
        of_whole = store_(report, week, whole);
        return ending_of(*of_whole);
      });
  if (!state) return answer_to(state.error());
  if (of_whole) return *of_whole;
  if (state->is_complete) return stored_answer();
  Answer answer{no_content, {}, {}};
  answer.more = {completeness(false), {"Upload-Offset", number(state->offset)}};
  return answer;
}

Answer UploadRequests::drop(const crypto::UploadToken& token) {
  if (!uploads_.drop(token)) return refuse(Refusal::not_found);
  return {no_content, {}, {}};
}

}  // namespace sandyk::intake
