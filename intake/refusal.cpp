#include "intake/refusal.h"

#include <sodium.h>

#include <cstdlib>

#include "crypto/seal/json.h"
#include "crypto/seal/size_class.h"
#include "intake/limits.h"

namespace sandyk::intake {
namespace {

constexpr unsigned in_a_moment = 5;  // seconds: until what is at work is answered
constexpr unsigned soon = 30;        // until a pressed server is perhaps calm
constexpr unsigned large_later = 5 * 60;
constexpr unsigned later = 60 * 60;  // what a person must mend first

Answer error(int status, std::string_view code, std::string_view say) {
  const crypto::Json body = {{"error", code}, {"say", say}};
  return {status, "application/json", body.dump() + "\n"};
}

Answer retry(int status, unsigned seconds, std::string_view code, std::string_view say) {
  Answer answer = error(status, code, say);
  answer.retry_after = seconds + randombytes_uniform(seconds);  // so that they do not all come back at once
  return answer;
}

Answer only(std::string_view method) {
  Answer answer = error(405, "method", "This address does not take that method.");
  answer.allow = method;
  return answer;
}

std::string class_name(std::uint64_t size) {
  return size < crypto::mib ? std::to_string(size / crypto::kib) + "K"
                            : std::to_string(size / crypto::mib) + "M";
}

}  // namespace

Answer refuse(Refusal why) {
  switch (why) {
    case Refusal::not_found:
      return error(404, "not-found", "There is nothing at this address.");
    case Refusal::only_get:
      return only("GET");
    case Refusal::only_put:
      return only("PUT");
    case Refusal::only_post:
      return only("POST");
    case Refusal::only_of_upload:
      return only("HEAD, PATCH, DELETE");
    case Refusal::needs_https:
      return error(400, "https", "This port speaks HTTPS only. Begin the address with https://.");
    case Refusal::body_with_get:
      return error(400, "body", "A request to read something must not carry a body.");
    case Refusal::no_length:
      return error(411, "length-required", "Say the length in Content-Length.");
    case Refusal::too_large:
      return error(413, "too-large",
                   "This is larger than any report taken here. Send it as several reports.");
    case Refusal::wrong_type:
      return error(415, "type",
                   "Send the sealed file as it is, as application/octet-stream and without encoding.");
    case Refusal::no_week_named:
      return error(400, "week-missing",
                   "Name the week the report was sealed for, as in \"Sandyk-Week: 2026-W48\".");
    case Refusal::unknown_week:
      return error(400, "week-unknown",
                   "This server has no keys for that week. Fetch /keyring/current.json and seal again.");
    case Refusal::week_over:
      return error(410, "week-over",
                   "Reports of that week are no longer taken. Fetch /keyring/current.json and seal again.");
    case Refusal::week_not_begun:
      return error(400, "week-not-begun",
                   "That week has not begun. Check the date of the device, and seal again.");
    case Refusal::no_week_in_force:
      return retry(503, later, "no-week",
                   "No keys are in force at the moment, so nothing can be taken. Try again later.");
    case Refusal::wrong_length:
      return error(400, "length", "The length is not that of a sealed report.");
    case Refusal::wrong_digest:
      return error(400, "digest",
                   "The bytes that arrived are not those the address names. Send the report again.");
    case Refusal::puzzle:
      return retry(
          503, soon, "puzzle",
          "Many reports arrive at the moment. Fetch GET /puzzle, solve it for this report, and send the "
          "report again with Sandyk-Puzzle.");
    case Refusal::puzzle_malformed:
      return error(400, "puzzle-malformed",
                   "Sandyk-Puzzle is not a solution: it is written like slot:effort:nonce.");
    case Refusal::puzzle_wrong:
      return error(400, "puzzle-wrong", "The solution in Sandyk-Puzzle proves less work than it says.");
    case Refusal::no_report_named:
      return error(400, "report-missing",
                   "Name the report in Sandyk-Report: the SHA-256 of the whole sealed file, in hexadecimal.");
    case Refusal::upload_headers:
      return error(
          400, "upload-headers",
          "An upload begins with Upload-Length and Upload-Complete: ?0 and no body; each part of it has "
          "Upload-Offset and Upload-Complete; HEAD and DELETE have neither.");
    case Refusal::upload_length:
      return error(
          400, "upload-length",
          "Upload-Complete: ?1 stands with the part that ends at the length the upload began with, and "
          "with no other.");
    case Refusal::upload_small:
      return error(400, "upload-small", "A report this small is sent whole, by PUT.");
    case Refusal::part_too_large: {
      Answer answer = error(413, "part-too-large", "Send this report in smaller parts.");
      answer.more = {{"Upload-Limit", "max-append-size=" + std::to_string(max_part)}};
      return answer;
    }
    case Refusal::part_type:
      return error(415, "part-type", "Send a part as application/partial-upload and without encoding.");
    case Refusal::cross_site:
      return error(403, "cross-site", "A form of another site was sent here. Open this site's own page.");
    case Refusal::form:
      return error(400, "form",
                   "The form is not whole. Choose the week and the sealed file, and send it again.");
    case Refusal::form_too_large:
      return error(
          413, "form-too-large",
          "The form takes sealed files of up to 256 KiB. Send larger ones with sandyk-report, or curl.");
    case Refusal::busy:
      return retry(503, in_a_moment, "busy", "The server is busy. Try again in a moment.");
    case Refusal::come_back:
      return retry(503, large_later, "large-later",
                   "The server is under load and takes small reports first. Send this one again later; if it "
                   "cannot wait, send the text now and the files later.");
    case Refusal::too_slow:
      return error(408, "timeout", "The request did not arrive in time. Send it again.");
    case Refusal::disk_full:
      return retry(507, later, "disk-full",
                   "The server has no room left, and the report was not stored. Try again later.");
    case Refusal::storage_failed:
      return retry(503, soon, "storage", "The server could not store the report. Try again later.");
    case Refusal::internal:
      return error(500, "internal", "The server made a mistake. Try again later.");
  }
  std::abort();
}

Answer refuse(HeadFault why) {
  switch (why) {
    case HeadFault::too_long:
    case HeadFault::too_many_fields:
      return error(431, "headers-too-large", "The request's headers are too large.");
    case HeadFault::bytes:
      return error(400, "bytes", "The request's headers hold bytes that do not belong there.");
    case HeadFault::request_line:
      return error(400, "request-line", "The request's first line is malformed.");
    case HeadFault::target:
      return error(400, "target", "The address holds characters that no address here has.");
    case HeadFault::version:
      return error(505, "version", "This server speaks HTTP/1.1 only.");
    case HeadFault::field:
      return error(400, "field", "One of the request's headers is malformed.");
    case HeadFault::host:
      return error(400, "host", "The request must have exactly one Host header.");
    case HeadFault::content_length:
      return error(400, "content-length", "Content-Length must be a plain number.");
    case HeadFault::duplicate:
      return error(400, "duplicate", "One of the request's headers stands there twice.");
    case HeadFault::transfer_encoding:
      return error(400, "transfer-encoding",
                   "Transfer-Encoding is not taken. Say the length in Content-Length.");
    case HeadFault::expectation:
      return error(417, "expectation", "The only expectation met here is 100-continue.");
    case HeadFault::upload:
      return error(400, "upload",
                   "Upload-Offset and Upload-Length are plain numbers, Upload-Complete is ?0 or ?1.");
  }
  std::abort();
}

Answer refuse(ShapeFault why) {
  switch (why) {
    case ShapeFault::armored:
      return error(400, "armored",
                   "This is age's text form. Seal without armor (age without -a), and send the binary file.");
    case ShapeFault::not_age:
      return error(400, "not-age", "This is not an age file. A report is sealed before it is sent.");
    case ShapeFault::header:
      return error(400, "header", "The header of the sealed file is damaged. Seal the report again.");
    case ShapeFault::stanza_count:
      return error(400, "stanza-count",
                   "The report is not sealed to as many keys as the week has organisations. Seal it with "
                   "that week's keyring.");
    case ShapeFault::stanza_kind:
      return error(400, "stanza-kind",
                   "A report is sealed to the week's hybrid keys (age1pq1...) only, and never to others.");
    case ShapeFault::stanza:
      return error(400, "stanza", "One key's part of the sealed file is damaged. Seal the report again.");
    case ShapeFault::length:
      return refuse(Refusal::wrong_length);
    case ShapeFault::unreadable:
      return refuse(Refusal::storage_failed);
  }
  std::abort();
}

Answer refuse_offset(std::uint64_t offset) {
  Answer answer =
      error(409, "upload-offset", "The parts before this one are not here. Go on at Upload-Offset.");
  answer.more = {{"Upload-Complete", "?0"}, {"Upload-Offset", std::to_string(offset)}};
  return answer;
}

Answer refuse_length(const crypto::KeyringContent& week) {
  std::string classes, lengths;
  for (const std::uint64_t size : crypto::size_classes) {
    if (size > week.max_class) break;
    const std::string_view comma = classes.empty() ? "" : ", ";
    classes.append(comma).append(class_name(size));
    lengths.append(comma).append(std::to_string(crypto::sealed_length(size, week.organisations.size())));
  }
  return error(400, "length",
               "The length is not that of a sealed report. Before sealing, pad the packed report with zeros "
               "to one of " +
                   classes +
                   " (truncate -s 16K report.tar); sealed for that week, binary and not armored, it then has "
                   "one of these lengths: " +
                   lengths + ".");
}

}  // namespace sandyk::intake
