#include "desk/reader_answers.h"

#include <algorithm>
#include <set>

#include "crypto/seal/utf8.h"
#include "desk/kept_thread.h"
#include "report/document.h"
#include "report/text.h"

namespace sandyk::desk {
namespace {

using crypto::ByteView;

constexpr std::size_t max_members = 7, max_codes = 200, max_code = 64, max_first = 4096,
                      max_remarks = 16 * 1024;
constexpr std::size_t max_folded = 1024 * 1024, max_happened = 1024;
constexpr std::size_t thread_size = 16;
constexpr std::string_view kinds[] = {"report", "followup", "withdraw", "cover"};

/// Numbers in eight bytes, little end first; bytes behind their length in four.
template <class Out>
class Writer {
 public:
  void number(std::uint64_t value, unsigned size = 8) {
    for (unsigned i = 0; i < size; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  void bytes(ByteView value) {
    number(value.size(), 4);
    out.insert(out.end(), value.begin(), value.end());
  }
  void text(std::string_view value) { bytes(crypto::bytes_of(value)); }
  Out out;
};

class Taker {
 public:
  explicit Taker(ByteView bytes) : left_(bytes) {}
  std::optional<std::uint64_t> number(unsigned size = 8) {
    const auto bytes = left_.take(size);
    if (!bytes) return std::nullopt;
    std::uint64_t value = 0;
    for (unsigned i = size; i-- > 0;) value = value << 8 | (*bytes)[i];
    return value;
  }
  std::optional<ByteView> bytes(std::size_t most) {
    const auto size = number(4);
    if (!size || *size > most) return std::nullopt;
    return left_.take(static_cast<std::size_t>(*size));
  }
  /// UTF-8 without control characters other than line feeds and tabs.
  std::optional<std::string> text(std::size_t most) {
    const auto all = bytes(most);
    if (!all || !crypto::is_utf8(crypto::text_of(*all))) return std::nullopt;
    return report::harmless(crypto::text_of(*all));
  }
  bool done() const { return left_.done(); }

 private:
  crypto::Reader left_;
};

bool is_member_name(std::string_view name) {
  constexpr std::string_view files = "files/";
  if (name == "report.json" || name == "thread.json") return true;
  return name.starts_with(files) && report::is_attachment_id(name.substr(files.size()));
}

bool take_members(Taker& in, std::vector<ReadReport::Member>& members) {
  const auto count = in.number(4);
  if (!count || *count > max_members) return false;
  std::set<std::string> names;
  for (std::uint64_t i = 0; i < *count; ++i) {
    auto name = in.text(max_code);
    const auto bytes = in.bytes(max_reader_message);
    if (!name || !bytes || !is_member_name(*name) || !names.insert(*name).second) return false;
    members.push_back({std::move(*name), {bytes->begin(), bytes->end()}});
  }
  return names.contains("report.json");
}

bool take_codes(Taker& in, std::vector<ReportCode>& codes) {
  const auto count = in.number(4);
  if (!count || *count > max_codes) return false;
  for (std::uint64_t i = 0; i < *count; ++i) {
    auto field = in.text(max_code), code = in.text(4 * max_code);
    if (!field || !code) return false;
    codes.push_back({std::move(*field), std::move(*code)});
  }
  return true;
}

bool take_glance(Taker& in, Glance& glance) {
  auto kind = in.text(max_code);
  const auto thread = in.bytes(thread_size);
  auto first = in.text(max_first);
  auto folded = in.text(max_folded);
  const auto letters = in.number(4), files = in.number(4);
  auto happened = in.text(max_happened), remarks = in.text(max_remarks);
  if (!kind || !thread || !first || !folded || !letters || !files || !happened || !remarks) return false;
  if (std::ranges::find(kinds, *kind) == std::end(kinds) ||
      (!thread->empty() && thread->size() != thread_size))
    return false;
  glance.kind = std::move(*kind);
  if (!thread->empty()) glance.thread.emplace(thread->begin(), thread->end());
  glance.first = std::move(*first);
  glance.folded = std::move(*folded);
  glance.letters = static_cast<std::int64_t>(*letters);
  glance.files = static_cast<std::int64_t>(*files);
  glance.happened = std::move(*happened);
  glance.remarks = std::move(*remarks);
  return take_codes(in, glance.codes);
}

/// It is about the thread that the glance names.
bool take_thread(Taker& in, const Glance& glance, std::optional<report::Thread>& thread) {
  const auto bytes = in.bytes(max_kept_thread);
  if (!bytes || bytes->empty() != !glance.thread) return false;
  if (bytes->empty()) return true;
  auto kept = parse_kept_thread(*bytes);
  if (!kept || kept->is_signed || !std::ranges::equal(kept->thread.thread, *glance.thread) ||
      kinds[static_cast<std::size_t>(kept->thread.kind)] != glance.kind)
    return false;
  thread = std::move(kept->thread);
  return true;
}

}  // namespace

crypto::WipedBytes write_read_report(const ReadReport& report) {
  Writer<crypto::WipedBytes> w;
  w.number(report.members.size(), 4);
  for (const auto& member : report.members) {
    w.text(member.name);
    w.bytes(member.bytes);
  }
  const Glance& g = report.glance;
  w.text(g.kind);
  w.bytes(g.thread ? ByteView(*g.thread) : ByteView());
  for (const std::string* text : {&g.first, &g.folded}) w.text(*text);
  w.number(static_cast<std::uint64_t>(g.letters), 4);
  w.number(static_cast<std::uint64_t>(g.files), 4);
  for (const std::string* text : {&g.happened, &g.remarks}) w.text(*text);
  w.number(g.codes.size(), 4);
  for (const ReportCode& code : g.codes) {
    w.text(code.field);
    w.text(code.code);
  }
  w.bytes(report.thread ? write_kept_thread(*report.thread, false) : crypto::WipedBytes());
  return std::move(w.out);
}

std::optional<ReadReport> parse_read_report(ByteView bytes) {
  if (bytes.size() > max_reader_message) return std::nullopt;
  Taker in(bytes);
  ReadReport report;
  if (!take_members(in, report.members) || !take_glance(in, report.glance) ||
      !take_thread(in, report.glance, report.thread) || !in.done())
    return std::nullopt;
  return report;
}

crypto::Bytes write_listing(const storage::EpochReader::Listing& listing) {
  Writer<crypto::Bytes> w;
  w.number(listing.damaged);
  w.number(listing.filler);
  w.number(listing.reports.size());
  for (const auto& report : listing.reports) {
    w.number(static_cast<std::uint64_t>(report.n));
    w.bytes(report.id.bytes());
    w.text(report.week.text());
    w.number(report.size);
  }
  return std::move(w.out);
}

std::optional<storage::EpochReader::Listing> parse_listing(ByteView bytes) {
  if (bytes.size() > max_reader_message) return std::nullopt;
  Taker in(bytes);
  const auto damaged = in.number(), filler = in.number(), count = in.number();
  if (!damaged || !filler || !count) return std::nullopt;
  storage::EpochReader::Listing listing;
  listing.damaged = static_cast<std::size_t>(*damaged);
  listing.filler = static_cast<std::size_t>(*filler);
  for (std::uint64_t i = 0; i < *count; ++i) {
    const auto n = in.number();
    const auto id_bytes = in.bytes(crypto::ReportId::size);
    const auto week_text = in.text(max_code);
    const auto size = in.number();
    if (!n || !id_bytes || !week_text || !size || *n > std::uint64_t{1} << 62) return std::nullopt;
    const auto id = crypto::ReportId::from(*id_bytes);
    const auto week = crypto::Week::parse(*week_text);
    if (!id || !week) return std::nullopt;
    listing.reports.push_back({static_cast<std::int64_t>(*n), *id, *week, *size});
  }
  if (!in.done()) return std::nullopt;
  return listing;
}

}  // namespace sandyk::desk
