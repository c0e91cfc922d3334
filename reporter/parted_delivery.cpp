#include "reporter/parted_delivery.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/seal/age/format.h"
#include "crypto/seal/json.h"
#include "crypto/seal/size_class.h"
#include "reporter/upload_answer.h"

namespace sandyk::reporter {
namespace {

using transport::Response;
using transport::TransportFault;

constexpr std::size_t max_answer = 64 * 1024;
constexpr unsigned most_vain = 3;
constexpr unsigned most_beginnings = 20;  // a server that forgets again and again

bool is_success(unsigned status) {
  return status >= 200 && status < 300;
}

bool is_passing(unsigned status) {
  return status == 408 || status == 429 || status >= 500;
}

bool was_cut(const PartedDelivery::Answer& answer) {
  return answer ? answer->status == 408
                : answer.error() == TransportFault::cut_off || answer.error() == TransportFault::timeout ||
                      answer.error() == TransportFault::tls;
}

/// There are no uploads here, or none is free: a PUT may still get in.
bool leaves_only_put(const Response& answer) {
  if (answer.status == 404 || answer.status == 405) return true;
  const auto json = answer.status == 503 ? crypto::parse_json(answer.body, max_answer) : std::nullopt;
  return json && crypto::text_member(*json, "error") == "busy";
}

}  // namespace

bool goes_in_parts(const Sealed& sealed) {
  return sealed.bytes.size() > crypto::sealed_length(256 * crypto::kib, crypto::age::max_recipients);
}

PartedDelivery::PartedDelivery(transport::Client& client, const Sealed& sealed,
                               const transport::Progress& progress, WithWork with_work, Request whole)
    : client_(client),
      sealed_(sealed),
      progress_(progress),
      with_work_(std::move(with_work)),
      whole_(std::move(whole)) {}

PartedDelivery::Answer PartedDelivery::advance(const transport::Address& node) {
  if (!path_.empty() && node.url("") != node_) {
    if (vain_ < most_vain && last_trouble_) return *last_trouble_;
    begin_again();
  }
  while (true) {
    std::optional<Answer> end;
    if (path_.empty())
      end = begin(node);
    else if (must_look_)
      end = look(node);
    else
      end = send_part(node);
    if (end) return *end;
  }
}

std::optional<PartedDelivery::Answer> PartedDelivery::begin(const transport::Address& node) {
  const std::vector<std::string> lines = {
      "Upload-Complete: ?0", fmt::format("Upload-Length: {}", sealed_.bytes.size()),
      "Sandyk-Week: " + sealed_.week.text(), "Sandyk-Report: " + sealed_.id.hex()};
  const auto answer = with_work_(node, [&](const std::vector<std::string>& more) {
    auto headers = lines;
    headers.insert(headers.end(), more.begin(), more.end());
    return client_.post(node, "/uploads", headers);
  });
  if (answer && leaves_only_put(*answer)) return whole_(node);
  if (!answer || answer->status != 201) return answer;
  const auto path = upload_path(answer->header("location"));
  if (!path || ++beginnings_ > most_beginnings) return tl::unexpected(TransportFault::protocol);
  if (const auto largest = largest_part(answer->header("upload-limit"))) part_size_.limit_to(*largest);
  node_ = node.url("");
  path_ = *path;
  return std::nullopt;
}

void PartedDelivery::begin_again() {
  path_.clear();
  offset_ = offset_at_trouble_ = 0;
  must_look_ = false;
  vain_ = 0;
  last_trouble_.reset();
  progress_(0, sealed_.bytes.size());
}

std::optional<PartedDelivery::Answer> PartedDelivery::look(const transport::Address& node) {
  const auto answer = client_.head(node, path_);
  if (!answer || is_passing(answer->status)) return trouble(answer);
  if (answer->status == 404) return begin_again(), std::nullopt;  // restarted, or it made place for others
  if (!is_success(answer->status) || !take_offset(*answer)) return tl::unexpected(TransportFault::protocol);
  must_look_ = false;
  return std::nullopt;  // when it is complete, the last part brings the answer again
}

std::optional<PartedDelivery::Answer> PartedDelivery::send_part(const transport::Address& node) {
  const std::uint64_t all = sealed_.bytes.size();
  // When all is there and the answer got lost, some of it once more.
  const std::uint64_t from = std::min(offset_, all - std::min(all, part_size_.bytes()));
  const std::uint64_t size = std::min(part_size_.bytes(), all - from);
  const auto part = crypto::ByteView(sealed_.bytes).subspan(from, size);
  const auto answer =
      client_.patch(node, path_, part,
                    {"Content-Type: application/partial-upload", fmt::format("Upload-Offset: {}", from),
                     fmt::format("Upload-Complete: {}", from + size == all ? "?1" : "?0")});
  if (!answer || is_passing(answer->status)) return trouble(answer);
  if (answer->status == 201) return progress_(all, all), answer;
  if (answer->status == 404) return begin_again(), std::nullopt;
  if (answer->status == 409 || answer->status == 413) {
    part_size_.was_cut();
    return trouble(answer);
  }
  if (!is_success(answer->status)) return answer;
  const std::uint64_t before = offset_;
  if (!take_offset(*answer) || offset_ == before) return tl::unexpected(TransportFault::protocol);
  part_size_.arrived();
  return std::nullopt;
}

bool PartedDelivery::take_offset(const Response& response) {
  const auto offset = upload_number(response.header("upload-offset"));
  if (!offset || *offset > sealed_.bytes.size() || *offset < offset_) return false;
  if (*offset > offset_) vain_ = 0;
  offset_ = *offset;
  progress_(offset_, sealed_.bytes.size());
  return true;
}

std::optional<PartedDelivery::Answer> PartedDelivery::trouble(Answer answer) {
  const bool is_cut = was_cut(answer);
  // A line may take so much of each connection and no more.
  if (is_cut) client_.use_connections_once();
  const bool is_smaller = is_cut && !must_look_ && part_size_.was_cut();
  must_look_ = true;
  const bool has_progress = offset_ > offset_at_trouble_;
  offset_at_trouble_ = offset_;
  if (is_smaller || (is_cut && has_progress)) return std::nullopt;
  ++vain_;
  last_trouble_ = answer;
  // 409 and 413 are no last word: where to go on is asked for first.
  if (answer && !is_passing(answer->status)) return tl::unexpected(TransportFault::cut_off);
  return answer;
}

}  // namespace sandyk::reporter
