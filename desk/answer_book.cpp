#include "desk/answer_book.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <charconv>

#include "crypto/open/age/open.h"
#include "crypto/seal/age/seal.h"
#include "crypto/seal/text_encoding.h"
#include "crypto/seal/utf8.h"

namespace sandyk::desk {
namespace {

using crypto::ByteView;
using crypto::Date;
using crypto::WipedBytes;
using report::ThreadKind;

constexpr std::string_view first_line = "sandyk-answers/1";
constexpr std::size_t date_size = 10;
constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
constexpr std::string_view kinds[] = {"report", "followup", "withdraw", "cover"};

void append(WipedBytes& out, std::string_view text) {
  out.insert(out.end(), text.begin(), text.end());
}

/// Base64url straight into wiped memory.
void append_base64(WipedBytes& out, ByteView bytes) {
  const std::size_t at = out.size();
  out.resize(at + sodium_base64_encoded_len(bytes.size(), variant));
  sodium_bin2base64(reinterpret_cast<char*>(out.data() + at), out.size() - at, bytes.data(), bytes.size(),
                    variant);
  out.pop_back();  // its NUL
}

bool decode(std::string_view text, std::span<std::uint8_t> out, std::size_t& size) {
  return sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr, &size, nullptr,
                           variant) == 0;
}

/// Cuts the next word off the line.
std::string_view take_word(std::string_view& line) {
  const auto end = std::min(line.find(' '), line.size());
  const auto word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

template <class Number>
bool read_number(std::string_view word, Number& number) {
  const auto read = std::from_chars(word.data(), word.data() + word.size(), number);
  return read.ec == std::errc() && read.ptr == word.data() + word.size();
}

bool read_head(crypto::Reader& reader, AnswerBook& book) {
  auto line = reader.take_line();
  if (line != first_line || !(line = reader.take_line())) return false;
  book.organisation = take_word(*line);
  return crypto::is_organisation_id(book.organisation) && read_number(take_word(*line), book.log_n) &&
         read_number(*line, book.last_number);
}

bool read_thread(std::string_view line, AnswerBook& book) {
  AnswerThread thread{{}, {}, crypto::ReplyKey::make([](auto) {}), {}, {}};
  std::size_t size = 0;
  if (!decode(take_word(line), thread.thread, size) || size != thread.thread.size()) return false;
  if (!decode(take_word(line), thread.verify_key, size) || size != thread.verify_key.size()) return false;
  bool is_key = false;
  thread.reply_key =
      crypto::ReplyKey::make([&](auto out) { is_key = decode(line, out, size) && size == out.size(); });
  if (!is_key || book.find(thread.thread) != nullptr) return false;
  book.threads.push_back(std::move(thread));
  return true;
}

bool read_heard(std::string_view line, AnswerThread& thread) {
  const auto opened = Date::parse(take_word(line));
  const auto id = crypto::ReportId::parse(take_word(line));
  const auto* const kind = std::find(std::begin(kinds), std::end(kinds), line);
  if (!opened || !id || kind == std::end(kinds)) return false;
  thread.heard.push_back({*opened, *id, static_cast<ThreadKind>(kind - kinds)});
  return true;
}

bool read_answer(std::string_view line, AnswerThread& thread) {
  const auto written = Date::parse(take_word(line));
  const auto confirmed_word = take_word(line);
  const auto confirmed = Date::parse(confirmed_word);
  if (!written || (!confirmed && confirmed_word != "-")) return false;
  WipedBytes text(line.size());
  std::size_t size = 0;
  if (!decode(line, text, size)) return false;
  text.resize(size);
  if (!is_answer_text(text)) return false;
  thread.answers.push_back({*written, confirmed, std::move(text)});
  return true;
}

}  // namespace

WipedBytes WrittenAnswer::shown() const {
  WipedBytes out;
  out.reserve(date_size + 1 + text.size());
  append(out, written.text());
  out.push_back('\n');
  out.insert(out.end(), text.begin(), text.end());
  return out;
}

AnswerThread* AnswerBook::find(const crypto::ThreadId& thread) {
  const auto found =
      std::find_if(threads.begin(), threads.end(), [&](const auto& one) { return one.thread == thread; });
  return found == threads.end() ? nullptr : &*found;
}

AnswerThread* AnswerBook::find(const crypto::ReportId& report) {
  for (AnswerThread& thread : threads)
    for (const HeardReport& heard : thread.heard)
      if (heard.id == report) return &thread;
  return nullptr;
}

std::optional<AnswerBook> parse_answer_book(ByteView text) {
  if (text.size() > max_answer_book) return std::nullopt;
  crypto::Reader reader(text);
  AnswerBook book{{}, 0, 0, {}};
  if (!read_head(reader, book)) return std::nullopt;
  while (!reader.done()) {
    auto line = reader.take_line();
    if (!line) return std::nullopt;
    const auto word = take_word(*line);
    if (word == "thread" ? !read_thread(*line, book) : book.threads.empty()) return std::nullopt;
    if (word == "thread") continue;
    AnswerThread& last = book.threads.back();
    if (!(word == "heard" && read_heard(*line, last)) && !(word == "answer" && read_answer(*line, last)))
      return std::nullopt;
  }
  return book;
}

WipedBytes write_answer_book(const AnswerBook& book) {
  WipedBytes out;
  append(out, fmt::format("{}\n{} {} {}\n", first_line, book.organisation, book.log_n, book.last_number));
  for (const AnswerThread& thread : book.threads) {
    append(out, "thread ");
    append_base64(out, thread.thread);
    out.push_back(' ');
    append_base64(out, thread.verify_key);
    out.push_back(' ');
    append_base64(out, thread.reply_key.expose());
    for (const HeardReport& heard : thread.heard)
      append(out, fmt::format("\nheard {} {} {}", heard.opened.text(), heard.id.hex(),
                              kinds[static_cast<std::size_t>(heard.kind)]));
    for (const WrittenAnswer& answer : thread.answers) {
      append(out, fmt::format("\nanswer {} {} ", answer.written.text(),
                              answer.confirmed ? answer.confirmed->text() : "-"));
      append_base64(out, answer.text);
    }
    out.push_back('\n');
  }
  return out;
}

bool is_answer_text(ByteView text) {
  constexpr std::size_t most =
      crypto::board_format::slots_per_thread * (crypto::board_format::max_text - 3) - date_size - 1;
  return !text.empty() && text.size() <= most && crypto::is_utf8(crypto::text_of(text)) &&
         std::none_of(text.begin(), text.end(),
                      [](std::uint8_t byte) { return (byte < 0x20 && byte != '\n') || byte == 0x7F; });
}

Hearing hear(AnswerBook& book, const crypto::ReportId& id, const report::Thread& thread,
             bool has_good_signature, Date today) {
  if (book.find(id) != nullptr) return Hearing::known_already;
  const bool continues = thread.kind == ThreadKind::followup || thread.kind == ThreadKind::withdraw;
  AnswerThread* known = book.find(thread.thread);
  if (known == nullptr) {
    if (continues && !has_good_signature) return Hearing::other_key;
    book.threads.push_back({thread.thread,
                            thread.verify_key,
                            crypto::ReplyKey::make([&](auto out) {
                              std::copy(thread.reply_key.expose().begin(), thread.reply_key.expose().end(),
                                        out.begin());
                            }),
                            {},
                            {}});
    known = &book.threads.back();
  } else if (known->verify_key != thread.verify_key || !same(known->reply_key, thread.reply_key) ||
             (continues && !has_good_signature)) {
    return Hearing::other_key;
  }
  known->heard.push_back({today, id, thread.kind});
  if (!continues) return Hearing::noted;
  for (WrittenAnswer& answer : known->answers) {
    const auto proof = crypto::read_proof(known->reply_key, book.organisation, answer.shown());
    if (!answer.confirmed && std::find(thread.read.begin(), thread.read.end(), proof) != thread.read.end())
      answer.confirmed = today;
  }
  return Hearing::noted;
}

tl::expected<AnswerBook, Problem> read_answer_book(const Home& home, const crypto::SecretText& passphrase) {
  const auto sealed = crypto::read_file(home.answers(), max_answer_book);
  if (!sealed && sealed.error() == crypto::IoFault::not_found)
    return problem("There is no answer book in the home yet: make one with `sandyk-desk answers new`.",
                   crypto::exit_no_key);
  if (!sealed)
    return problem(fmt::format("The answer book cannot be read: {}.", crypto::sentence(sealed.error())));
  WipedBytes text;
  text.reserve(sealed->size());  // so that no half-grown copy is left
  const auto opened = crypto::age::open(crypto::source_of(*sealed), passphrase,
                                        crypto::age::sink_into(text, max_answer_book));
  if (!opened && opened.error() == crypto::age::OpenFault::no_match)
    return problem("This is not the passphrase of the answer book.", crypto::exit_no_key);
  auto book = opened ? parse_answer_book(text) : std::nullopt;
  if (!book) return problem("The answer book is damaged.", crypto::exit_unverified);
  return std::move(*book);
}

tl::expected<void, Problem> save_answer_book(const Home& home, const AnswerBook& book,
                                             const crypto::SecretText& passphrase) {
  crypto::Bytes sealed;
  const crypto::age::Recipient recipients[] = {
      crypto::age::ScryptRecipient(crypto::SecretText(passphrase.expose()), book.log_n)};
  auto sealer = crypto::age::Sealer::start(recipients, [&](ByteView part) {
    sealed.insert(sealed.end(), part.begin(), part.end());
    return true;
  });
  if (!sealer || !sealer->write(write_answer_book(book)) || !sealer->finish())
    return problem("The answer book could not be sealed: there is not enough memory.");
  return put(home.answers(), sealed, crypto::NewFile::Replace::yes);
}

}  // namespace sandyk::desk
