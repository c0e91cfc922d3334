#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "crypto/seal/age/scrypt.h"
#include "desk/answer_book.h"
#include "desk/board_making.h"
#include "desk/command_options.h"
#include "desk/commands.h"
#include "desk/phrases.h"
#include "desk/telling_words.h"
#include "report/text.h"

namespace sandyk::desk {
namespace {

using crypto::Date;
using crypto::exit_usage;
using crypto::SecretText;

constexpr std::size_t max_text_file = 64 * 1024, max_report_json = 256 * 1024;

struct AnswerOptions : Common {
  std::string organisation, phrase, language = "en";
  std::filesystem::path report, text;
  bool anyway = false;
};

tl::expected<void, Problem> make_book(const AnswerOptions& o) {
  const Home home(o.home);
  std::error_code fault;
  if (std::filesystem::exists(home.answers(), fault))
    return problem("There is an answer book in the home already.", exit_usage);
  const auto organisation = the_organisation(home, o.organisation);
  if (!organisation) return tl::unexpected(organisation.error());
  const auto passphrase = ask_new_passphrase(o.passphrases, "the answer book (that of the week keys)");
  if (!passphrase) return tl::unexpected(passphrase.error());
  return save_answer_book(home, {*organisation, o.work_factor, 0, {}}, *passphrase);
}

/// A book and what opened it, which is needed to write it back.
struct Unlocked {
  AnswerBook book;
  SecretText passphrase;
};

tl::expected<Unlocked, Problem> unlock(const Common& o) {
  auto passphrase = ask_passphrase(o.passphrases, "the answer book and the answer key");
  if (!passphrase) return tl::unexpected(passphrase.error());
  auto book = read_answer_book(Home(o.home), *passphrase);
  if (!book) return tl::unexpected(book.error());
  return Unlocked{std::move(*book), std::move(*passphrase)};
}

tl::expected<crypto::WipedBytes, Problem> text_of(const AnswerOptions& o) {
  crypto::WipedBytes text;
  if (!o.phrase.empty()) {
    const Phrase* phrase = find_phrase(o.phrase);
    if (phrase == nullptr)
      return problem("There is no ready-made answer of that name; `sandyk-desk answer --help` lists them.",
                     exit_usage);
    const auto words = phrase->in(o.language);
    text.assign(words.begin(), words.end());
  } else {
    auto file = crypto::read_file(o.text, max_text_file);
    if (!file)
      return problem(fmt::format("The text cannot be read: {}.", crypto::sentence(file.error())), exit_usage);
    text.assign(file->begin(), file->end());
    sodium_memzero(file->data(), file->size());
  }
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (!is_answer_text(text))
    return problem(
        "The text is empty, longer than 15000 bytes, not UTF-8, or holds control characters other than ends "
        "of lines.",
        exit_usage);
  return text;
}

tl::expected<void, Problem> answer(const AnswerOptions& o) {
  const auto folder = o.report.filename().empty() ? o.report.parent_path() : o.report;
  const auto id = crypto::ReportId::parse(folder.filename().string());
  if (!id || (o.text.empty() == o.phrase.empty()))
    return problem("Name the folder of an opened report, and either --text or --phrase.", exit_usage);
  auto text = text_of(o);
  if (!text) return tl::unexpected(text.error());
  const auto report = crypto::read_file(folder / "report.json", max_report_json);
  const auto telling = telling_words(*text, report ? crypto::ByteView(*report) : crypto::ByteView());
  if (!telling.empty() && !o.anyway)
    return problem(
        fmt::format("Whoever finds the code reads the answer, and these words could tell of somebody: {}. "
                    "Leave them out, or say --anyway. Nothing was written.",
                    fmt::join(telling, ", ")),
        exit_usage);
  auto unlocked = unlock(o);
  if (!unlocked) return tl::unexpected(unlocked.error());
  AnswerThread* thread = unlocked->book.find(*id);
  if (thread == nullptr)
    return problem(
        "The answer book does not know this report: it was opened before there was a book, or cannot be "
        "answered (it has no thread.json).",
        exit_usage);
  thread->answers.push_back({Date::today(), std::nullopt, std::move(*text)});
  return save_answer_book(Home(o.home), unlocked->book, unlocked->passphrase);
}

std::string transcript_of(const AnswerThread& thread) {
  std::string out;
  constexpr std::string_view kinds[] = {"report", "follow-up", "withdrawal", "cover"};
  for (const HeardReport& heard : thread.heard)
    out += fmt::format("  {}  {} {}\n", heard.opened.text(), kinds[static_cast<std::size_t>(heard.kind)],
                       heard.id.hex());
  for (const WrittenAnswer& one : thread.answers)
    out += fmt::format("  {}  answer, {}: {}\n", one.written.text(),
                       one.confirmed ? "read by " + one.confirmed->text() : "not known to be read",
                       report::harmless(crypto::text_of(one.text)));
  return out;
}

tl::expected<void, Problem> show(const Common& o) {
  const auto unlocked = unlock(o);
  if (!unlocked) return tl::unexpected(unlocked.error());
  fmt::print("{} answers in its own name only. Boards made so far: {}. Threads: {}.\n",
             unlocked->book.organisation, unlocked->book.last_number, unlocked->book.threads.size());
  for (const AnswerThread& thread : unlocked->book.threads) fmt::print("thread\n{}", transcript_of(thread));
  return {};
}

struct BoardOptions : Common {
  std::string root_key;
  std::filesystem::path out;
  std::vector<std::filesystem::path> keyrings;
  unsigned days = 21, stay = 30;
  std::uint32_t after = 0;
};

tl::expected<crypto::ExitCode, Problem> make(const BoardOptions& o) {
  const Home home(o.home);
  std::vector<std::filesystem::path> places{home.folder()};
  places.insert(places.end(), o.keyrings.begin(), o.keyrings.end());
  const auto root = root_key_of(home, o.root_key);
  if (!root) return tl::unexpected(root.error());
  const SiteRecord site = SiteRecord::read(*root, places);
  auto unlocked = unlock(o);
  if (!unlocked) return tl::unexpected(unlocked.error());
  const auto key = read_signing_key(home.answer_secret(), unlocked->passphrase, "the answer key");
  if (!key) return tl::unexpected(key.error());
  unlocked->book.last_number = std::max(unlocked->book.last_number, o.after);
  const BoardOrder order{Date::today(), o.days, std::chrono::days(o.stay), o.out};
  const auto made = make_boards(home, unlocked->book, order, site, *key, unlocked->passphrase);
  if (!made) return tl::unexpected(made.error());
  fmt::print("{} boards in {}, of {} to {}. Carry them to the server: sandyk-intake board install {}\n",
             made->names.size(), o.out.string(), order.first.text(),
             (order.first + std::chrono::days(o.days - 1)).text(), o.out.string());
  const Choice& left = made->fullest;
  if (left.left_confirmed + left.left_old > 0)
    fmt::print(
        "The boards are full: {} answers that were read, and {} of which that is not known after 14 "
        "days, are no longer on them.\n",
        left.left_confirmed, left.left_old);
  if (left.left_waiting == 0) return crypto::exit_done;
  fmt::print(stderr, "sandyk-desk: {} new answers found no room: there are too few slots.\n",
             left.left_waiting);
  return crypto::exit_partly_done;
}

std::string names_of_phrases() {
  std::string names;
  for (const Phrase& phrase : phrases()) names += fmt::format("\n  {}: {}", phrase.name, phrase.en);
  return names;
}

}  // namespace

void add_answer(CLI::App& app, int& exit) {
  auto o = std::make_shared<AnswerOptions>();
  auto* command = app.add_subcommand(
      "answer", "Write an answer to an opened report; it waits in the answer book for the next boards");
  add_common(command, *o);
  command->add_option("report", o->report, "The folder of the opened report")->required();
  command->add_option("--text", o->text, "File with the answer, UTF-8");
  command->add_option("--phrase", o->phrase, "A ready-made answer instead:" + names_of_phrases());
  command->add_option("--lang", o->language, "Language of the ready-made answer")
      ->check(CLI::IsMember({"en", "ru", "ky"}));
  command->add_flag("--anyway", o->anyway, "Also with words that could tell of somebody");
  command->callback([o, &exit] {
    if (const auto done = answer(*o); done)
      fmt::print("Written down. The next `sandyk-desk board` puts it on the boards.\n");
    else
      exit = report_problem(done.error());
  });
}

void add_answers(CLI::App& app, int& exit) {
  auto o = std::make_shared<AnswerOptions>();
  auto* command = app.add_subcommand("answers", "The answer book: whom you can answer, and what you did");
  command->require_subcommand(1);
  auto* make = command->add_subcommand(
      "new", "Begin the answer book; from then on `open` notes in it whom a report can be answered to");
  add_common(make, *o);
  add_work_factor(make, *o, crypto::age::scrypt_default_log_n);
  make->add_option("--org", o->organisation, "The organisation that answers");
  make->callback([o, &exit] {
    if (const auto done = make_book(*o); done)
      fmt::print("The answer book is made.\n");
    else
      exit = report_problem(done.error());
  });
  auto* list = command->add_subcommand("show", "Print every thread's transcript");
  add_common(list, *o);
  list->callback([o, &exit] {
    if (const auto done = show(*o); !done) exit = report_problem(done.error());
  });
}

void add_board(CLI::App& app, int& exit) {
  auto o = std::make_shared<BoardOptions>();
  auto* command = app.add_subcommand(
      "board", "Make the boards of the days to come from the answer book, each sealed and signed anew");
  add_common(command, *o);
  add_root_key(command, o->root_key);
  command->add_option("--days", o->days, "How many days, from today on")
      ->check(CLI::Range(1U, 62U))
      ->capture_default_str();
  command->add_option("--stay", o->stay, "Days that an answer stays on the boards")
      ->check(CLI::Range(14U, 365U))
      ->capture_default_str();
  command->add_option("--vault", o->keyrings, "An exported vault (or any folder with keyring/ in it)");
  command->add_option("--after", o->after, "The last number that the server has, when the book was lost");
  command->add_option("--out", o->out, "Folder for the boards")->required();
  command->callback([o, &exit] {
    const auto done = make(*o);
    exit = done ? static_cast<int>(*done) : report_problem(done.error());
  });
}

}  // namespace sandyk::desk
