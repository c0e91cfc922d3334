#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "desk/case_opening.h"
#include "desk/commands.h"
#include "desk/conversation.h"
#include "desk/phrases.h"
#include "desk/telling_words.h"
#include "report/text.h"

namespace sandyk::desk {
namespace {

using crypto::Date;
using crypto::exit_usage;

constexpr std::size_t max_text_file = 64 * 1024;

struct AnswerOptions : CaseCommon {
  std::string organisation, report, phrase, language = "en";
  std::filesystem::path text;
  bool anyway = false;
};

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
  return text;
}

tl::expected<Conversation, Problem> conversation(CaseFile& file, const std::string& report) {
  const auto n = find_report(file, report);
  if (!n) return tl::unexpected(n.error());
  auto found = conversation_of(file, *n);
  if (!found) return tl::unexpected(found.error());
  if (!*found) return cannot_be_answered();
  return std::move(**found);
}

tl::expected<void, Problem> answer(const AnswerOptions& o) {
  if (o.text.empty() == o.phrase.empty()) return problem("Say either --text or --phrase.", exit_usage);
  const auto organisation = the_organisation(Home(o.home), o.organisation);
  if (!organisation) return tl::unexpected(organisation.error());
  const auto text = text_of(o);
  if (!text) return tl::unexpected(text.error());
  auto file = open_case(o);
  if (!file) return tl::unexpected(file.error());
  const auto with = conversation(*file, o.report);
  if (!with) return tl::unexpected(with.error());
  const auto telling = telling_words(*file, *with, *text);
  if (!telling) return tl::unexpected(telling.error());
  if (!telling->empty() && !o.anyway)
    return problem(
        fmt::format("Whoever finds the code reads the answer, and these words could tell of somebody: {}. "
                    "Leave them out, or say --anyway. Nothing was written.",
                    fmt::join(*telling, ", ")),
        exit_usage);
  return write_answer(*file, find_report(*file, o.report).value(), *organisation, *text, Date::today());
}

std::string line_of(const HeardReport& heard) {
  constexpr std::string_view kinds[] = {"report", "follow-up", "withdrawal", "cover"};
  return fmt::format("  {}  {} {}{}: {}\n", heard.imported.text(),
                     kinds[static_cast<std::size_t>(heard.kind)], heard.id.hex(),
                     heard.is_ours ? "" : ", NOT SIGNED WITH THE THREAD'S KEY: somebody else wrote it",
                     report::harmless(heard.first));
}

std::string line_of(const WrittenAnswer& answer) {
  return fmt::format("  {}  answer of {}, {}: {}\n", answer.written.text(), answer.organisation,
                     answer.confirmed ? "read by " + answer.confirmed->text() : "not known to be read",
                     report::harmless(crypto::text_of(answer.text)));
}

/// What was heard and what was said, by days; of one day, what was heard first.
std::string transcript_of(const Conversation& conversation) {
  std::string out = "thread\n";
  auto answer = conversation.answers.begin();
  for (const HeardReport& heard : conversation.heard) {
    for (; answer != conversation.answers.end() && answer->written < heard.imported; ++answer)
      out += line_of(*answer);
    out += line_of(heard);
  }
  for (; answer != conversation.answers.end(); ++answer) out += line_of(*answer);
  return out;
}

tl::expected<void, Problem> show(const AnswerOptions& o) {
  auto file = open_case(o);
  if (!file) return tl::unexpected(file.error());
  if (!o.report.empty()) {
    const auto one = conversation(*file, o.report);
    if (!one) return tl::unexpected(one.error());
    fmt::print("{}", transcript_of(*one));
    return {};
  }
  const auto all = all_answered(*file);
  if (!all) return tl::unexpected(all.error());
  for (const Conversation& one : *all) fmt::print("{}", transcript_of(one));
  fmt::print("Threads that were answered: {}.\n", all->size());
  return {};
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
      "answer", "Write an answer to a report, in your organisation's own name; the next boards carry it");
  add_case_common(command, *o);
  command->add_option("report", o->report, "The id of a report of the thread, or the beginning of it")
      ->required();
  command->add_option("--org", o->organisation, "The organisation that answers (default: the only one)");
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
  auto* command = app.add_subcommand("answers", "What was said and answered, thread by thread");
  add_case_common(command, *o);
  command->add_option(
      "report", o->report,
      "The id of a report, or its beginning: its thread alone (default: all that were answered)");
  command->callback([o, &exit] {
    if (const auto done = show(*o); !done) exit = report_problem(done.error());
  });
}

}  // namespace sandyk::desk
