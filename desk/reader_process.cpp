#include "desk/reader_process.h"

#include <fmt/format.h>
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

#include "crypto/seal/exit_code.h"
#include "desk/folding.h"
#include "desk/opened_report.h"
#include "desk/picture_decoding.h"
#include "desk/reader_answers.h"
#include "desk/reader_channel.h"
#include "desk/reader_sandbox.h"
#include "report/packing.h"
#include "report/text.h"
#include "report/vocabulary.h"
#include "storage/database.h"
#include "storage/served_pages.h"

namespace sandyk::desk {
namespace {

using storage::EpochReader;
using storage::ReadFault;

constexpr std::size_t first_letters = 240;
constexpr std::size_t most_folded = 1024 * 1024, most_codes = 200;

/// The first `most` code points of valid UTF-8.
std::string_view beginning(std::string_view text, std::size_t most) {
  std::size_t seen = 0;
  for (std::size_t at = 0; at < text.size(); ++at)
    if ((static_cast<std::uint8_t>(text[at]) & 0xC0) != 0x80 && ++seen > most) return text.substr(0, at);
  return text;
}

/// Texts become harmless at the desk, which would not believe us: parse_read_report.
/// `continues` may hold a receipt code: that is nothing to list or to search.
void look_at_document(const report::Document& document, Glance& glance) {
  const std::string narrative = document.text("narrative").value_or("");
  glance.first = beginning(narrative, first_letters);
  glance.letters = static_cast<std::int64_t>(report::count_code_points(narrative));
  const std::string happened = document.text("when_text").value_or("");
  glance.happened = beginning(happened, first_letters);
  std::string text = narrative;
  for (const report::Field& field : report::Vocabulary::built_in().report_fields()) {
    const bool is_code = field.type == report::FieldType::code || field.type == report::FieldType::codes;
    if (is_code)
      for (std::string& code : document.codes(field.code))
        if (glance.codes.size() < most_codes) glance.codes.push_back({field.code, std::move(code)});
    const bool is_text = field.type == report::FieldType::line || field.type == report::FieldType::text;
    if (is_text && field.code != "narrative" && field.code != "v" && field.code != "continues")
      text += "\n" + document.text(field.code).value_or("");
  }
  glance.folded = fold(text);
  if (glance.folded.size() > most_folded)
    glance.folded.resize(beginning(glance.folded, most_folded / 4).size());
}

ReadReport taken_apart(OpenedReport opened) {
  ReadReport read;
  auto& unpacked = opened.unpacked;
  read.glance.kind = opened.thread ? word_of(opened.thread->kind) : "report";
  if (opened.thread) {
    read.glance.thread.emplace(opened.thread->thread.begin(), opened.thread->thread.end());
    read.thread = std::move(opened.thread);
  }
  if (opened.document) look_at_document(*opened.document, read.glance);
  read.glance.files = static_cast<std::int64_t>(unpacked.files.size());
  for (const std::string& remark : opened.remarks) read.glance.remarks += remark + "\n";
  read.members.push_back({"report.json", std::move(unpacked.document)});
  if (unpacked.thread) read.members.push_back({"thread.json", std::move(*unpacked.thread)});
  for (auto& file : unpacked.files) read.members.push_back({"files/" + file.id, std::move(file.content)});
  return read;
}

/// One talk with the desk, about one report or one epoch, in a process of its own.
class Talk {
 public:
  explicit Talk(int line) : line_(line) {}

  /// Until the other side is gone, or says what it never says.
  void run() {
    const auto first = receive_message(line_);
    if (!first) return;
    if (first->say == Say::unpack) return unpack(first->bytes);
    if (first->say == Say::picture) return decode(first->bytes);
    if (first->say != Say::begin || !begin(first->bytes)) return;
    while (const auto message = receive_message(line_))
      if (message->say != Say::sealed || !give_sealed(message->bytes)) return;
  }

 private:
  bool say_fault(ReadFault fault) {
    return send_message(line_, Say::fault, number_bytes(static_cast<std::uint32_t>(fault)));
  }

  std::optional<storage::ServedPages::Page> want(std::uint32_t number) {
    auto run = std::ranges::find_if(runs_, [&](const PageRun& r) { return r.has(number); });
    if (run == runs_.end()) {
      std::rotate(runs_.begin(), runs_.end() - 1, runs_.end());  // the oldest goes
      run = runs_.begin();
      if (!send_message(line_, Say::wanted, number_bytes(number))) return std::nullopt;
      auto pages = receive_message(line_);
      auto came = pages && pages->say == Say::page ? parse_run(std::move(pages->bytes)) : std::nullopt;
      if (!came || !came->has(number)) return std::nullopt;
      *run = std::move(*came);
    }
    storage::ServedPages::Page page;
    std::ranges::copy(run->page(number), page.begin());
    return page;
  }

  bool begin(crypto::ByteView bytes) {
    const auto count = number_of(bytes);
    if (!count) return false;
    pages_ = {*count, [this](std::uint32_t number) { return want(number); }};
    auto opened = EpochReader::open_served(storage::serve_pages(&pages_));
    if (!opened) return say_fault(opened.error());
    reader_.emplace(std::move(*opened));
    auto listing = reader_->list();
    if (!listing) return say_fault(listing.error());
    listing_ = std::move(*listing);
    return send_message(line_, Say::listing, write_listing(listing_));
  }

  bool give_sealed(crypto::ByteView bytes) {
    const auto place = number_of(bytes);
    if (!place || !reader_ || *place >= listing_.reports.size()) return false;
    crypto::Bytes sealed;
    const auto take = [&](crypto::ByteView part) {
      sealed.insert(sealed.end(), part.begin(), part.end());
      return true;
    };
    // The desk looks at the hash: it would not believe us.
    const auto done = reader_->read(listing_.reports[*place], take, EpochReader::Hash::left_to_the_caller);
    return done ? send_message(line_, Say::bytes, sealed) : say_fault(done.error());
  }

  void unpack(crypto::ByteView packed) {
    auto opened = read_packed(packed);
    if (opened)
      send_message(line_, Say::report, write_read_report(taken_apart(std::move(*opened))));
    else
      send_message(line_, Say::refused, crypto::bytes_of(opened.error().why));
  }

  void decode(crypto::ByteView bytes) {
    crypto::Reader in(bytes);
    const auto head = in.take(sizeof(std::uint32_t));
    const auto side = head ? number_of(*head) : std::nullopt;
    if (!side || *side < 1 || *side > most_side) return;
    if (const auto pixels = decode_picture(in.left(), *side))
      send_message(line_, Say::pixels, write_pixels(*pixels));
    else
      send_message(line_, Say::refused, crypto::bytes_of(pixels.error()));
  }

  int line_;
  storage::ServedPages pages_;
  std::optional<EpochReader> reader_;
  EpochReader::Listing listing_;
  std::array<PageRun, 3> runs_;  // the newest first
};

/// Whatever is made once and then kept, by our own code or a library, is made now: each talk begins with it.
void warm_up() {
  (void)report::Vocabulary::built_in();
  (void)storage::is_sqlcipher_new_enough();
  crypto::Bytes packed;
  const auto take = [&](crypto::ByteView part) {
    packed.insert(packed.end(), part.begin(), part.end());
    return true;
  };
  constexpr std::string_view some = R"({"v":"1.0.0","lang":"ru","narrative":"Ёлка","what":["threat"]})";
  if (!report::pack(crypto::bytes_of(some), std::nullopt, {}, take)) return;
  if (auto opened = read_packed(packed))
    (void)parse_read_report(write_read_report(taken_apart(std::move(*opened))));
}

/// A talk's whole life: true when it is over, in the forked process.
bool fork_talk(int control) {
  const pid_t process = ::fork();
  if (process != 0) {
    ::close(reader_talk);  // where there is no further process the desk sees the line closed
    return false;
  }
  ::close(control);
  if (enter_talk_sandbox()) Talk(reader_talk).run();
  return true;
}

}  // namespace

int run_reader(int control) {
  warm_up();
  if (!enter_reader_sandbox(control, reader_talk)) return crypto::exit_not_done;
  // The heap is put in order here, not again in each forked process: every page that one touches is copied.
  ::malloc_trim(0);
  warm_up();
  while (const auto line = receive_talk(control)) {
    if (*line != reader_talk) return crypto::exit_not_done;
    // Without destructors: the memory of a talk is gone with it.
    if (fork_talk(control)) ::_exit(crypto::exit_done);
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {  // those that ended; nobody asks how
    }
  }
  return crypto::exit_done;
}

}  // namespace sandyk::desk
