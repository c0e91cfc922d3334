#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "crypto/seal/file.h"
#include "desk/case_opening.h"
#include "desk/casework/case_lines.h"
#include "desk/casework/suggestions.h"
#include "desk/command_options.h"
#include "desk/commands.h"

namespace sandyk::desk {
namespace {

using crypto::exit_usage;

struct LinesOptions : Common {
  std::vector<std::filesystem::path> files;
  std::filesystem::path out;
  std::vector<std::string> reports;
};

/// `R-ru=<id>`: how the lines name a report, and which that is here.
tl::expected<ReportNames, Problem> names_of(const std::vector<std::string>& options) {
  ReportNames names;
  for (const std::string& option : options) {
    const std::size_t sign = option.find('=');
    if (sign == std::string::npos || sign == 0 || sign + 1 == option.size())
      return problem("--report takes NAME=ID: how the lines name a report, and its id or number here.",
                     exit_usage);
    names[option.substr(0, sign)] = option.substr(sign + 1);
  }
  return names;
}

/// Several files are loaded as one: what one names may stand in another.
tl::expected<std::string, Problem> read_lines(const std::vector<std::filesystem::path>& files) {
  std::string lines;
  for (const auto& file : files) {
    const auto bytes = crypto::read_file(file, max_lines_size);
    if (!bytes)
      return problem(fmt::format("{} cannot be read: {}.", file.string(), crypto::sentence(bytes.error())),
                     exit_usage);
    lines += crypto::text_of(*bytes);
    if (!lines.empty() && lines.back() != '\n') lines += '\n';
  }
  return lines;
}

tl::expected<void, Problem> load(const LinesOptions& o) {
  const auto names = names_of(o.reports);
  if (!names) return tl::unexpected(names.error());
  const auto lines = read_lines(o.files);
  if (!lines) return tl::unexpected(lines.error());
  auto file = open_case(o.home, o.passphrases);
  if (!file) return tl::unexpected(file.error());
  Casework casework(*file, crypto::Date::today());
  const auto loaded = load_lines(casework, *lines, *names);
  if (!loaded) return tl::unexpected(loaded.error());
  fmt::print("{} cases, {} entities, {} incidents, {} relations, {} actions are in the case file.\n",
             loaded->cases, loaded->entities, loaded->incidents, loaded->relations, loaded->actions);
  return {};
}

tl::expected<void, Problem> save(const LinesOptions& o) {
  auto file = open_case(o.home, o.passphrases);
  if (!file) return tl::unexpected(file.error());
  Casework casework(*file, crypto::Date::today());
  const auto lines = save_lines(casework);
  if (!lines) return tl::unexpected(lines.error());
  if (auto done = put(o.out, crypto::bytes_of(*lines)); !done) return done;
  fmt::print("{}: in the clear. Notes are not in it.\n", o.out.string());
  return {};
}

struct SuggestionOptions : Common {
  std::string on;
};

tl::expected<void, Problem> print_suggestions(const SuggestionOptions& o) {
  auto file = open_case(o.home, o.passphrases);
  if (!file) return tl::unexpected(file.error());
  Casework casework(*file, crypto::Date::today());
  const auto found = suggest(casework, o.on, marking_for_a_command);
  if (!found) return tl::unexpected(found.error());
  for (const Suggestion& one : *found) {
    std::string why;
    for (const Reason& reason : one.why)
      why += fmt::format("{}{} ({})", why.empty() ? "" : ", ", reason.code, reason.detail);
    fmt::print("{} {} {}: {}\n", one.from, one.kind, one.to, why);
  }
  fmt::print("{} suggestions. A person decides, on the screen.\n", found->size());
  return {};
}

int exit_of(const tl::expected<void, Problem>& done) {
  return done ? crypto::exit_done : report_problem(done.error());
}

}  // namespace

void add_casework(CLI::App& group, int& exit) {
  auto o = std::make_shared<LinesOptions>();
  auto* load_command = group.add_subcommand(
      "load",
      "Take coded incidents, cases, entities, relations and actions from files of JSON lines: all or none");
  add_common(load_command, *o);
  load_command
      ->add_option("files", o->files, "Such as case_context.jsonl case.jsonl; loading again changes nothing")
      ->required();
  load_command->add_option("--report", o->reports,
                           "NAME=ID: the lines name a report NAME; here it has this id. May be repeated");
  load_command->callback([o, &exit] { exit = exit_of(load(*o)); });

  auto* save_command = group.add_subcommand(
      "save",
      "Write all that was coded to a new file of JSON lines, as `case load` takes it: for another desk");
  add_common(save_command, *o);
  save_command->add_option("--out", o->out, "The file to make, such as case.jsonl; it is in the clear")
      ->required();
  save_command->callback([o, &exit] { exit = exit_of(save(*o)); });

  auto on = std::make_shared<SuggestionOptions>();
  auto* suggestions = group.add_subcommand(
      "suggestions", "What may belong together, with the reasons; nothing is decided by it");
  add_common(suggestions, *on);
  suggestions->add_option("--on", on->on, "report:12 or incident:I-20 alone (default: all that wait)");
  suggestions->callback([on, &exit] { exit = exit_of(print_suggestions(*on)); });
}

}  // namespace sandyk::desk
