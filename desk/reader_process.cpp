#include "desk/reader_process.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "crypto/seal/exit_code.h"
#include "desk/folding.h"
#include "desk/opened_report.h"
#include "desk/picture_decoding.h"
#include "desk/reader_answers.h"
#include "desk/reader_channel.h"
#include "desk/reader_sandbox.h"
#include "report/text.h"
#include "report/vocabulary.h"
#include "storage/served_pages.h"

namespace sandyk::desk {
namespace {

using storage::EpochReader;
using storage::ReadFault;

constexpr std::size_t first_letters = 240;
constexpr std::size_t most_folded = 1024 * 1024, most_codes = 200;

std::string_view name_of(report::ThreadKind kind) {
  switch (kind) {
    case report::ThreadKind::report:
      return "report";
    case report::ThreadKind::followup:
      return "followup";
    case report::ThreadKind::withdraw:
      return "withdraw";
    case report::ThreadKind::cover:
      return "cover";
  }
  std::abort();
}

/// The first `most` code points of valid UTF-8.
std::string_view beginning(std::string_view text, std::size_t most) {
  std::size_t seen = 0;
  for (std::size_t at = 0; at < text.size(); ++at)
    if ((static_cast<std::uint8_t>(text[at]) & 0xC0) != 0x80 && ++seen > most) return text.substr(0, at);
  return text;
}

/// `continues` may hold a receipt code: that is nothing to list or to search.
void look_at_document(const report::Document& document, Glance& glance) {
  const std::string narrative = document.text("narrative").value_or("");
  glance.first = report::harmless(beginning(narrative, first_letters));
  glance.letters = static_cast<std::int64_t>(report::count_code_points(narrative));
  glance.happened = report::harmless(beginning(document.text("when_text").value_or(""), first_letters));
  std::string text = narrative;
  for (const report::Field& field : report::Vocabulary::built_in().report_fields()) {
    const bool is_code = field.type == report::FieldType::code || field.type == report::FieldType::codes;
    if (is_code)
      for (std::string& code : document.codes(field.code))
        if (glance.codes.size() < most_codes) glance.codes.push_back({field.code, report::harmless(code)});
    const bool is_text = field.type == report::FieldType::line || field.type == report::FieldType::text;
    if (is_text && field.code != "narrative" && field.code != "v" && field.code != "continues")
      text += "\n" + document.text(field.code).value_or("");
  }
  glance.folded = report::harmless(fold(text));
  if (glance.folded.size() > most_folded)
    glance.folded.resize(beginning(glance.folded, most_folded / 4).size());
}

ReadReport taken_apart(OpenedReport opened) {
  ReadReport read;
  auto& unpacked = opened.unpacked;
  read.glance.kind = opened.thread ? name_of(opened.thread->kind) : "report";
  if (opened.thread) {
    read.glance.thread.emplace(opened.thread->thread.begin(), opened.thread->thread.end());
  }
  if (opened.document) look_at_document(*opened.document, read.glance);
  read.glance.files = static_cast<std::int64_t>(unpacked.files.size());
  for (const std::string& remark : opened.remarks) read.glance.remarks += remark + "\n";
  read.members.push_back({"report.json", std::move(unpacked.document)});
  if (unpacked.thread) read.members.push_back({"thread.json", std::move(*unpacked.thread)});
  for (auto& file : unpacked.files) read.members.push_back({"files/" + file.id, std::move(file.content)});
  return read;
}

class Reader {
 public:
  explicit Reader(int channel) : channel_(channel) {}

  /// Until the other side is gone, or says what it never says.
  void run() {
    while (const auto message = receive_message(channel_))
      if (!answer(*message)) return;
  }

 private:
  bool answer(const Message& message) {
    switch (message.say) {
      case Say::begin:
        return begin(message.bytes);
      case Say::sealed:
        return give_sealed(message.bytes);
      case Say::unpack:
        return unpack(message.bytes);
      case Say::picture:
        return decode(message.bytes);
      default:
        return false;
    }
  }

  bool say_fault(ReadFault fault) {
    return send_message(channel_, Say::fault, number_bytes(static_cast<std::uint32_t>(fault)));
  }

  std::optional<storage::ServedPages::Page> want(std::uint32_t number) {
    if (!send_message(channel_, Say::wanted, number_bytes(number))) return std::nullopt;
    const auto page = receive_message(channel_);
    storage::ServedPages::Page bytes;
    if (!page || page->say != Say::page || page->bytes.size() != bytes.size()) return std::nullopt;
    std::ranges::copy(page->bytes, bytes.begin());
    return bytes;
  }

  bool begin(crypto::ByteView bytes) {
    const auto count = number_of(bytes);
    if (!count) return false;
    reader_.reset();
    pages_ = {*count, [this](std::uint32_t number) { return want(number); }};
    auto opened = EpochReader::open_served(storage::serve_pages(&pages_));
    if (!opened) return say_fault(opened.error());
    reader_.emplace(std::move(*opened));
    auto listing = reader_->list();
    if (!listing) return say_fault(listing.error());
    listing_ = std::move(*listing);
    return send_message(channel_, Say::listing, write_listing(listing_));
  }

  bool give_sealed(crypto::ByteView bytes) {
    const auto place = number_of(bytes);
    if (!place || !reader_ || *place >= listing_.reports.size()) return false;
    crypto::Bytes sealed;
    const auto done = reader_->read(listing_.reports[*place], [&](crypto::ByteView part) {
      sealed.insert(sealed.end(), part.begin(), part.end());
      return true;
    });
    return done ? send_message(channel_, Say::bytes, sealed) : say_fault(done.error());
  }

  bool unpack(crypto::ByteView packed) {
    auto opened = read_packed(packed);
    if (!opened) return send_message(channel_, Say::refused, crypto::bytes_of(opened.error().why));
    return send_message(channel_, Say::report, write_read_report(taken_apart(std::move(*opened))));
  }

  bool decode(crypto::ByteView bytes) {
    crypto::Reader in(bytes);
    const auto head = in.take(sizeof(std::uint32_t));
    const auto side = head ? number_of(*head) : std::nullopt;
    if (!side || *side < 1 || *side > most_side) return false;
    const auto pixels = decode_picture(in.left(), *side);
    if (!pixels) return send_message(channel_, Say::refused, crypto::bytes_of(pixels.error()));
    return send_message(channel_, Say::pixels, write_pixels(*pixels));
  }

  int channel_;
  storage::ServedPages pages_;
  std::optional<EpochReader> reader_;
  EpochReader::Listing listing_;
};

}  // namespace

int run_reader(int channel) {
  // Whatever is read once and then kept is read now, while files can be.
  (void)report::Vocabulary::built_in();
  if (!enter_reader_sandbox(channel)) return crypto::exit_not_done;
  Reader(channel).run();
  return crypto::exit_done;
}

}  // namespace sandyk::desk
