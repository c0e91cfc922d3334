#include "desk/casework/suggestions.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "desk/casework/incident_pairs.h"
#include "desk/casework/marks.h"
#include "desk/casework/type_words.h"
#include "desk/folding.h"

namespace sandyk::desk {
namespace {

using std::chrono::days;
using storage::Statement;

constexpr double enough = 4, near_the_best = 0.75;
constexpr days date_reach{2}, arrival_reach{3};
constexpr std::size_t most_reports = 300, most_events = 3, least_common_words = 8;

void add(Suggestion& suggestion, double score, const char* code, std::string detail) {
  suggestion.score += score;
  suggestion.why.push_back({code, std::move(detail)});
}

/// `Person B (driver of A)` is called Person B, `Publication H, part 1: the customs post` Publication H,
/// part 1.
std::string name_in(const std::string& label) {
  return fold(std::string_view(label).substr(0, label.find_first_of("(:")));
}

/// A report as suggestions look at it. `words` points into `folded`.
struct SeenReport {
  std::int64_t n;
  std::string folded, arrived;
  std::vector<std::string_view> words;
  std::vector<Mark> marks;
  std::set<std::string, std::less<>> families, triggers;
  std::set<std::string, std::less<>> incidents;  // coded into
};

class Suggesting {
 public:
  explicit Suggesting(Casework& casework) : casework_(casework), database_(casework.file().database()) {}

  Did load(std::size_t marking) {
    auto incidents = casework_.incidents();
    if (!incidents) return tl::unexpected(incidents.error());
    incidents_ = std::move(*incidents);
    const auto entities = casework_.entities();
    if (!entities) return tl::unexpected(entities.error());
    for (const Entity& entity : *entities)
      names_.emplace(entity.id, std::pair(entity, name_in(entity.label)));
    auto done =
        rows::for_each(database_, "SELECT kind, source, target FROM decisions", [&](const Statement& row) {
          decided_.insert({std::string(row.text(0).value_or("")), std::string(row.text(1).value_or("")),
                           std::string(row.text(2).value_or(""))});
        });
    for (const Incident& one : incidents_)
      for (Mark& mark : marks_of(fold(one.title + "\n" + one.summary)))
        if (mark.kind == "number" || mark.kind == "plate") marks_[one.id].push_back(std::move(mark));
    return done ? fill_marks(casework_.file(), marking) : done;
  }

  tl::expected<std::vector<Suggestion>, Problem> of_report(std::int64_t n) {
    auto report = see(n);
    if (!report) return tl::unexpected(report.error());
    std::vector<Suggestion> found;
    if (!*report) return found;
    (*report)->words = words_of((*report)->folded);  // only here, where the text moves no more
    for (const Incident& incident : incidents_)
      if (auto one = compare(**report, incident)) found.push_back(std::move(*one));
    keep_best(found, most_events);
    auto others = of_other_reports(**report);
    if (!others) return tl::unexpected(others.error());
    found.insert(found.end(), others->begin(), others->end());
    return undecided(std::move(found), most_for_one);
  }

  tl::expected<std::vector<Suggestion>, Problem> of_incident(const std::string& id) {
    const auto relations = casework_.relations();
    if (!relations) return tl::unexpected(relations.error());
    std::vector<Suggestion> found;
    const auto subject = std::ranges::find(incidents_, id, &Incident::id);
    if (subject == incidents_.end()) return found;
    for (Suggestion& one : IncidentPairs(incidents_, *relations).all(most_for_one))
      if (one.from == "incident:" + id || one.to == "incident:" + id) found.push_back(std::move(one));
    auto reports = of_waiting_reports();
    if (!reports) return reports;
    for (Suggestion& one : *reports)
      if (one.to == "incident:" + id) found.push_back(std::move(one));
    return undecided(std::move(found), most_for_one);
  }

  tl::expected<std::vector<Suggestion>, Problem> all() {
    const auto relations = casework_.relations();
    if (!relations) return tl::unexpected(relations.error());
    auto found = of_waiting_reports();
    if (!found) return found;
    auto pairs = IncidentPairs(incidents_, *relations).all(most_for_one);
    found->insert(found->end(), pairs.begin(), pairs.end());
    return undecided(std::move(*found), most_for_all);
  }

 private:
  /// Of the reports that were coded into nothing yet, the newest.
  tl::expected<std::vector<Suggestion>, Problem> of_waiting_reports() {
    std::vector<std::int64_t> waiting;
    auto done = rows::for_each(
        database_,
        "SELECT report FROM queue WHERE status NOT IN ('spam', 'done') AND kind IN ('report', 'followup') "
        "AND report "
        "NOT IN (SELECT report FROM incident_sources) ORDER BY report DESC LIMIT ?",
        [&](const Statement& row) { waiting.push_back(row.integer(0).value_or(0)); },
        static_cast<std::int64_t>(most_reports));
    if (!done) return tl::unexpected(done.error());
    std::vector<Suggestion> found;
    for (const std::int64_t n : waiting) {
      auto of_one = of_report(n);
      if (!of_one) return of_one;
      found.insert(found.end(), of_one->begin(), of_one->end());
    }
    return found;
  }

  tl::expected<std::optional<SeenReport>, Problem> see(std::int64_t n) {
    std::optional<SeenReport> report;
    auto done = rows::for_each(
        database_,
        "SELECT s.folded, r.epoch_date FROM search s JOIN reports r ON r.n = s.rowid WHERE s.rowid = ? AND "
        "r.state = "
        "'here'",
        [&](const Statement& row) {
          report.emplace();
          report->n = n;
          report->folded = row.text(0).value_or("");
          report->arrived = row.text(1).value_or("");
        },
        n);
    if (!done) return tl::unexpected(done.error());
    if (!report) return report;
    done = rows::for_each(
        database_, "SELECT kind, value FROM marks WHERE report = ?",
        [&](const Statement& row) {
          report->marks.push_back(
              {std::string(row.text(0).value_or("")), std::string(row.text(1).value_or(""))});
        },
        n);
    if (done)
      done = rows::for_each(
          database_, "SELECT field, code FROM codes WHERE report = ? AND field IN ('what', 'trigger')",
          [&](const Statement& row) {
            (row.text(0) == "what" ? report->families : report->triggers).emplace(row.text(1).value_or(""));
          },
          n);
    if (done)
      done = rows::for_each(
          database_, "SELECT incident FROM incident_sources WHERE report = ?",
          [&](const Statement& row) { report->incidents.emplace(row.text(0).value_or("")); }, n);
    if (!done) return tl::unexpected(done.error());
    return report;
  }

  // --- a report and an incident -----------------------------------------------------------------

  std::optional<Suggestion> compare(const SeenReport& report, const Incident& incident) {
    if (report.incidents.contains(incident.id)) return std::nullopt;
    Suggestion found{"same_event", fmt::format("report:{}", report.n), "incident:" + incident.id, {}, 0};
    compare_marks(report, incident, found);
    compare_entities(report, incident, found);
    const bool is_strong = found.score > 0;
    const bool is_of_type = compare_types(report, incident, found);
    const bool is_dated = compare_dates(report, incident, found);
    compare_triggers(report, incident, found);
    if (found.score < enough || (!is_strong && !(is_of_type && is_dated))) return std::nullopt;
    return found;
  }

  void compare_marks(const SeenReport& report, const Incident& incident, Suggestion& found) const {
    if (const auto known = marks_.find(incident.id); known != marks_.end())
      for (const Mark& mark : known->second)
        if (std::ranges::find(report.marks, mark) != report.marks.end())
          add(found, 5, mark.kind == "number" ? "same_number" : "same_plate", mark.value);
    for (const Evidence& evidence : incident.evidence) {
      if (!evidence.sha256) continue;
      if (std::ranges::find(report.marks, Mark{"hash", evidence.sha256->hex()}) != report.marks.end())
        add(found, 6, "same_hash", evidence.id);
    }
  }

  void compare_entities(const SeenReport& report, const Incident& incident, Suggestion& found) {
    std::set<std::string> seen;
    const auto look = [&](const std::string& id, const char* code, double score) {
      const auto known = names_.find(id);
      if (known == names_.end() || !seen.insert(id).second) return;
      const auto& [entity, name] = known->second;
      // One word alone, such as a name that is also a word, says too little.
      const auto words = words_of(name);
      if (words.size() >= 2 && has_words(report.words, words)) add(found, score, code, entity.label);
    };
    for (const Target& target : incident.targets) {
      const auto known = names_.find(target.entity);
      const bool is_person = known != names_.end() && known->second.first.kind == "person";
      look(target.entity, is_person ? "same_words" : "same_outlet", 3);
    }
    for (const Actor& actor : incident.actors) look(actor.entity, "same_actor", 3);
    for (const Trigger& trigger : incident.trigger) look(trigger.entity, "same_trigger", 2);
  }

  bool tells_of(const SeenReport& report, std::string_view code) {
    const auto [place, is_new] = told_.try_emplace({report.n, std::string(code)}, false);
    if (is_new)
      place->second = std::ranges::any_of(
          phrases_of(code), [&](const Phrase& phrase) { return has_phrase(report.words, phrase); });
    return place->second;
  }

  bool compare_types(const SeenReport& report, const Incident& incident, Suggestion& found) {
    for (const std::string& type : incident.types)
      if (tells_of(report, type)) {
        add(found, 2.5, "same_words", type);
        return true;
      }
    for (const std::string& family : families_of(incident))
      if (report.families.contains(family)) {
        add(found, 1, "same_family", family);
        return true;
      }
    return false;
  }

  static bool compare_dates(const SeenReport& report, const Incident& incident, Suggestion& found) {
    if (!incident.when || incident.when->precision == "year") return false;
    bool names_dates = false;
    for (const Mark& mark : report.marks) {
      if (mark.kind != "date") continue;
      names_dates = true;
      if (!is_near(mark, incident.when->first_day(), incident.when->last_day(), date_reach)) continue;
      add(found, 1.5, "near_date", incident.when->start.text());
      return true;
    }
    const Mark arrived{"date", report.arrived};
    if (!names_dates &&
        is_near(arrived, incident.when->first_day(), incident.when->last_day(), arrival_reach))
      add(found, 1, "near_date", incident.when->start.text());
    return false;
  }

  void compare_triggers(const SeenReport& report, const Incident& incident, Suggestion& found) {
    for (const Trigger& trigger : incident.trigger)
      if (report.triggers.contains(trigger.type) || tells_of(report, trigger.type)) {
        add(found, 0.5, "same_trigger", trigger.type);
        return;
      }
  }

  // --- two reports ------------------------------------------------------------------------------

  /// Reports that came before and have marks in common with it.
  tl::expected<std::vector<Suggestion>, Problem> of_other_reports(const SeenReport& report) {
    std::map<std::int64_t, Suggestion> others;
    std::map<std::int64_t, std::size_t> common_words;
    auto done = rows::for_each(
        database_,
        "SELECT o.report, m.kind, m.value FROM marks m JOIN marks o ON o.kind = m.kind AND o.value = m.value "
        "WHERE "
        "m.report = ? AND o.report < m.report AND m.kind <> 'date'",
        [&](const Statement& row) {
          const std::int64_t n = row.integer(0).value_or(0);
          const std::string kind(row.text(1).value_or("")), value(row.text(2).value_or(""));
          auto& one =
              others
                  .try_emplace(
                      n,
                      Suggestion{"", fmt::format("report:{}", report.n), fmt::format("report:{}", n), {}, 0})
                  .first->second;
          if (kind == "words") ++common_words[n];
          if (kind == "hash") one.kind = "duplicate_of", add(one, 6, "same_hash", value.substr(0, 12));
          if (kind == "number" || kind == "plate") {
            if (one.kind.empty()) one.kind = "same_actor";
            add(one, 5, kind == "number" ? "same_number" : "same_plate", value);
          }
        },
        report.n);
    if (!done) return tl::unexpected(done.error());
    for (const auto& [n, common] : common_words)
      if (common >= least_common_words) {
        others.at(n).kind = "duplicate_of";
        add(others.at(n), 6.0 * static_cast<double>(common) / static_cast<double>(sketch_size), "same_words",
            fmt::format("{} %", 100 * common / sketch_size));
      }
    std::vector<Suggestion> found;
    for (auto& [n, one] : others)
      if (!one.kind.empty()) found.push_back(std::move(one));
    keep_best(found, most_events);
    return found;
  }

  // --- what is left -----------------------------------------------------------------------------

  /// What is nearly as good as the best, so that it is not drowned.
  static void keep_best(std::vector<Suggestion>& found, std::size_t most) {
    std::ranges::stable_sort(found, std::greater<>(), &Suggestion::score);
    if (!found.empty())
      std::erase_if(found, [best = found.front().score](const Suggestion& one) {
        return one.score < near_the_best * best;
      });
    if (found.size() > most) found.resize(most);
  }

  std::vector<Suggestion> undecided(std::vector<Suggestion> found, std::size_t most) const {
    std::erase_if(found, [&](const Suggestion& one) {
      return decided_.contains({one.kind, one.from, one.to});
    });
    std::ranges::stable_sort(found, std::greater<>(), &Suggestion::score);
    if (found.size() > most) found.resize(most);
    return found;
  }

  Casework& casework_;
  storage::Database& database_;
  std::vector<Incident> incidents_;
  std::map<std::string, std::pair<Entity, std::string>> names_;
  std::set<std::tuple<std::string, std::string, std::string>> decided_;
  std::map<std::string, std::vector<Mark>> marks_;  // numbers and plates in what was coded
  std::map<std::pair<std::int64_t, std::string>, bool> told_;
};

bool is_link(std::string_view kind) {
  constexpr std::string_view links[] = {"follows", "caused_by", "retaliation_for", "part_of",
                                        "repeats", "escalates", "same_actor",      "duplicate_of"};
  return std::ranges::find(links, kind) != std::end(links);
}

/// Writes what a yes means. Between two reports it means nothing more than that it is remembered.
Did carry_out(Casework& casework, std::string_view kind, const std::string& from, const std::string& to) {
  const std::string incident = incident_of(to);
  if (const auto report = report_of(from); report && !incident.empty()) {
    const auto stored = casework.add_source(incident, *report);
    return stored ? Did() : tl::unexpected(stored.error());
  }
  const std::string later = incident_of(from);
  if (later.empty() || incident.empty()) return {};
  auto one = casework.incident(later);
  if (!one) return tl::unexpected(one.error());
  if (!*one) return problem(fmt::format("There is no incident {}.", later), crypto::exit_usage);
  if (!is_link(kind)) return problem("This kind is no link between incidents.", crypto::exit_usage);
  const Link link{incident, std::string(kind)};
  if (std::ranges::find((*one)->links, link) == (*one)->links.end()) (*one)->links.push_back(link);
  const auto stored = casework.put(std::move(**one));
  return stored ? Did() : tl::unexpected(stored.error());
}

}  // namespace

std::optional<std::int64_t> report_of(std::string_view subject) {
  constexpr std::string_view prefix = "report:";
  constexpr std::size_t most_digits = 15;
  if (!subject.starts_with(prefix) || subject.size() > prefix.size() + most_digits) return std::nullopt;
  subject.remove_prefix(prefix.size());
  std::int64_t n = 0;
  const auto [end, fault] = std::from_chars(subject.data(), subject.data() + subject.size(), n);
  if (fault != std::errc() || end != subject.data() + subject.size() || n < 1) return std::nullopt;
  return n;
}

std::string incident_of(std::string_view subject) {
  constexpr std::string_view prefix = "incident:";
  if (!subject.starts_with(prefix) || !is_case_id(subject.substr(prefix.size()))) return {};
  return std::string(subject.substr(prefix.size()));
}

tl::expected<std::vector<Suggestion>, Problem> suggest(Casework& casework, std::string_view subject,
                                                       std::size_t marking) {
  Suggesting suggesting(casework);
  if (auto done = suggesting.load(marking); !done) return tl::unexpected(done.error());
  if (subject.empty()) return suggesting.all();
  if (const auto report = report_of(subject)) return suggesting.of_report(*report);
  if (const auto incident = incident_of(subject); !incident.empty()) return suggesting.of_incident(incident);
  return problem("A subject is written report:12 or incident:I-20.", crypto::exit_usage);
}

Did decide(Casework& casework, std::string_view kind, const std::string& from, const std::string& to,
           bool is_yes) {
  const auto is_subject = [](const std::string& text) {
    return report_of(text) || !incident_of(text).empty();
  };
  if (!is_subject(from) || !is_subject(to) || from == to || (kind != "same_event" && !is_link(kind)))
    return problem("What is decided is a kind between two of report:12 and incident:I-20.",
                   crypto::exit_usage);
  auto& database = casework.file().database();
  auto together = rows::Together::begin(database);
  if (!together) return tl::unexpected(together.error());
  if (is_yes)
    if (auto done = carry_out(casework, kind, from, to); !done) return done;
  const std::string day = casework.today().text();
  auto done = rows::change(database,
                           "INSERT OR REPLACE INTO decisions(kind, source, target, decision, day, role) "
                           "VALUES(?, ?, ?, ?, ?, ?)",
                           kind, std::string_view(from), std::string_view(to),
                           std::string_view(is_yes ? "yes" : "no"), std::string_view(day),
                           std::string_view(casework.file().role()));
  for (const std::string& subject : {from, to})
    if (const auto report = report_of(subject); done && report)
      done = casework.file().note(*report, casework.today(), "suggestion",
                                  fmt::format("{} {} {}: {}", from, kind, to, is_yes ? "yes" : "no"));
  return done ? together->commit() : done;
}

}  // namespace sandyk::desk
