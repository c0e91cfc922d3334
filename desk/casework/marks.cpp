#include "desk/casework/marks.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "crypto/seal/ids.h"
#include "desk/casework/partial_date.h"
#include "desk/casework/rows.h"
#include "desk/casework/words.h"
#include "report/document.h"

namespace sandyk::desk {
namespace {

using Marks = std::set<Mark>;
using std::chrono::days;
using std::chrono::sys_days;

constexpr std::size_t most_marks = 64;  // of each kind in one text: more is noise, or made to be

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_latin(char c) {
  return c >= 'a' && c <= 'z';
}

std::optional<unsigned> number_of(std::string_view word) {
  constexpr std::size_t most_digits = 4;
  if (word.empty() || word.size() > most_digits || !std::ranges::all_of(word, is_digit)) return std::nullopt;
  unsigned value = 0;
  for (const char c : word) value = value * 10 + static_cast<unsigned>(c - '0');
  return value;
}

// --- dates ------------------------------------------------------------------------------------------

// As folding leaves them. What Kyrgyz writes begins as the Russian does.
constexpr std::string_view months[12][3] = {
    {"january", "январ", ""},  {"february", "феврал", ""}, {"march", "март", ""},
    {"april", "апрел", ""},    {"may", "май", "мая"},      {"june", "июн", ""},
    {"july", "июл", ""},       {"august", "август", ""},   {"september", "сентябр", ""},
    {"october", "октябр", ""}, {"november", "ноябр", ""},  {"december", "декабр", ""},
};

/// 1 to 12; 0 for another word.
unsigned month_of(std::string_view word) {
  for (unsigned month = 0; month < 12; ++month) {
    const auto& [english, russian, inflected] = months[month];
    if (word == english || word == english.substr(0, 3) || word.starts_with(russian) ||
        (!inflected.empty() && word.starts_with(inflected)))
      return month + 1;
  }
  return 0;
}

void put_date(Marks& marks, std::optional<unsigned> year, unsigned month, unsigned day) {
  const bool has_year = year && *year >= 1900;
  const std::string text = fmt::format("{:04}-{:02}-{:02}", has_year ? *year : 2000, month, day);
  if (PartialDate::parse(text)) marks.insert({"date", has_year ? text : "-" + text.substr(4)});
}

void find_dates(const std::vector<std::string_view>& words, Marks& marks) {
  const auto word = [&](std::size_t at) { return at < words.size() ? words[at] : std::string_view(); };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto first = number_of(words[i]), second = number_of(word(i + 1)), third = number_of(word(i + 2));
    if (first && second && third) {
      if (words[i].size() == 4) put_date(marks, first, *second, *third);                     // 2031-11-26
      if (word(i + 2).size() == 4 && *first <= 31) put_date(marks, third, *second, *first);  // 26.11.2031
    }
    if (first && *first <= 31 && month_of(word(i + 1)) != 0)
      put_date(marks, third, month_of(word(i + 1)), *first);  // 26 ноября 2031
    if (month_of(words[i]) != 0 && second && *second <= 31)
      put_date(marks, third, month_of(words[i]), *second);  // November 26, 2031
  }
}

// --- numbers ----------------------------------------------------------------------------------------

/// A telephone number at the start of `text`: its digits, with single spaces, '-' and brackets among them.
std::string digits_at(std::string_view text, std::size_t& length) {
  constexpr std::size_t most_digits = 15;
  std::string digits;
  std::size_t gap = 0;
  for (length = 0; length < text.size() && digits.size() <= most_digits; ++length) {
    const char c = text[length];
    if (is_digit(c)) {
      digits += c;
      gap = 0;
    } else if (++gap > 2 || (c != ' ' && c != '-' && c != '(' && c != ')' && !(c == '+' && length == 0))) {
      break;
    }
  }
  return digits;
}

void find_numbers(std::string_view text, Marks& marks) {
  constexpr std::size_t least_digits = 9;
  for (std::size_t at = 0; at < text.size();) {
    const bool begins =
        is_digit(text[at]) || (text[at] == '+' && at + 1 < text.size() && is_digit(text[at + 1]));
    if (!begins || (at > 0 && is_digit(text[at - 1]))) {
      ++at;
      continue;
    }
    std::size_t length = 0;
    const std::string digits = digits_at(text.substr(at), length);
    // As numbers are dialled here: +996 …, 0…, 8… and 7… of eleven digits. A sum of money is none.
    const bool is_dialled = text[at] == '+' || digits.starts_with("0") || digits.starts_with("996") ||
                            (digits.size() == 11 && (digits[0] == '7' || digits[0] == '8'));
    if (is_dialled && digits.size() >= least_digits && digits.size() <= 15)
      marks.insert({"number", digits.substr(digits.size() - least_digits)});
    at += std::max<std::size_t>(length, 1);
  }
}

// --- plates -----------------------------------------------------------------------------------------

/// Cyrillic letters that look like Latin ones become those, so that one plate has one spelling; what else is
/// beyond ASCII becomes a mark that is in no plate.
std::string latin(std::string_view folded) {
  constexpr std::pair<std::string_view, char> alike[] = {{"а", 'a'}, {"в", 'b'}, {"е", 'e'}, {"к", 'k'},
                                                         {"м", 'm'}, {"н", 'h'}, {"о", 'o'}, {"р", 'p'},
                                                         {"с", 'c'}, {"т", 't'}, {"у", 'y'}, {"х", 'x'}};
  std::string out;
  out.reserve(folded.size());
  for (std::size_t at = 0; at < folded.size();) {
    if (static_cast<unsigned char>(folded[at]) < 0x80) {
      out += folded[at++];
      continue;
    }
    const auto found = std::ranges::find_if(
        alike, [&](const auto& pair) { return folded.substr(at).starts_with(pair.first); });
    out += found != std::end(alike) ? found->second : '\x7f';
    for (++at; at < folded.size() && (static_cast<unsigned char>(folded[at]) & 0xC0) == 0x80;) ++at;
  }
  return out;
}

/// D a digit, L a letter, others themselves. One space or '-' may stand where letters and digits meet.
std::string plate_at(std::string_view text, std::string_view form) {
  std::string plate;
  std::size_t at = 0;
  for (const char want : form) {
    if (at < text.size() && !plate.empty() && (text[at] == ' ' || text[at] == '-') &&
        (is_digit(plate.back()) != (want == 'D')))
      ++at;
    if (at >= text.size()) return {};
    const char c = text[at++];
    if (want == 'D' ? !is_digit(c) : want == 'L' ? !is_latin(c) : c != want) return {};
    plate += c;
  }
  const bool ends = at >= text.size() || (!is_digit(text[at]) && !is_latin(text[at]) && text[at] != '\x7f');
  return ends ? plate : std::string();
}

void find_plates(std::string_view folded, Marks& marks) {
  // Kyrgyz of today, Kazakh, Russian, Kyrgyz of before.
  constexpr std::string_view forms[] = {"DDkgDDDLLL", "DDDLLLDD", "LDDDLLDD",
                                        "LDDDLLDDD",  "LDDDDL",   "LDDDDLL"};
  const std::string text = latin(folded);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool inside =
        at > 0 && (is_digit(text[at - 1]) || is_latin(text[at - 1]) || text[at - 1] == '\x7f');
    if (inside || (!is_digit(text[at]) && !is_latin(text[at]))) continue;
    for (const std::string_view form : forms) {
      const std::string plate = plate_at(std::string_view(text).substr(at), form);
      const bool is_year = form.starts_with("LDDDDL") && plate.size() > 4 &&
                           (plate.substr(1, 2) == "19" || plate.substr(1, 2) == "20");
      if (!plate.empty() && !is_year) marks.insert({"plate", plate});
    }
  }
}

// --- a sketch of the words --------------------------------------------------------------------------

void sketch(const std::vector<std::string_view>& words, Marks& marks) {
  constexpr std::size_t least_bytes = 5;
  std::set<std::uint64_t> hashes;
  for (const std::string_view word : words) {
    if (word.size() < least_bytes) continue;
    std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
    for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    hashes.insert(hash);
  }
  if (hashes.size() < sketch_size) return;  // too short to say anything
  auto hash = hashes.begin();
  for (std::size_t i = 0; i < sketch_size; ++i, ++hash)
    marks.insert({"words", fmt::format("{:016x}", *hash)});
}

Did mark_report(CaseFile& file, std::int64_t n) {
  auto& database = file.database();
  const auto folded = rows::ask_text(database, "SELECT folded FROM search WHERE rowid = ?", n);
  if (!folded) return tl::unexpected(folded.error());
  auto marks = marks_of(folded->value_or(""));
  const auto files = rows::ask_number(database, "SELECT files FROM glance WHERE report = ?", n);
  if (!files) return tl::unexpected(files.error());
  for (std::size_t i = 1; i <= report::max_attachments && *files && **files > 0; ++i) {
    const auto content = file.content(n, "files/" + report::attachment_id(i));
    if (!content) return tl::unexpected(content.error());
    if (*content) marks.push_back({"hash", crypto::sha256(**content).hex()});
  }
  for (const Mark& mark : marks)
    if (auto done = rows::change(database, "INSERT OR IGNORE INTO marks(report, kind, value) VALUES(?, ?, ?)",
                                 n, std::string_view(mark.kind), std::string_view(mark.value));
        !done)
      return done;
  return rows::change(database, "INSERT OR IGNORE INTO marked(report) VALUES(?)", n);
}

}  // namespace

std::vector<Mark> marks_of(std::string_view folded) {
  Marks dates, numbers, plates, others;
  const auto words = words_of(folded);
  find_dates(words, dates);
  find_numbers(folded, numbers);
  find_plates(folded, plates);
  sketch(words, others);
  std::vector<Mark> all;
  for (const Marks* kind : {&dates, &numbers, &others, &plates})
    for (const Mark& mark : *kind)
      if (kind == &others || std::ranges::count(all, mark.kind, &Mark::kind) < std::ptrdiff_t{most_marks})
        all.push_back(mark);
  return all;
}

bool is_near(const Mark& date, sys_days first, sys_days last, days reach) {
  std::string text = date.value;
  if (text.starts_with("--")) {
    const std::chrono::year_month_day of(first);
    text = fmt::format("{:04}{}", static_cast<int>(of.year()), text.substr(1));
  }
  const auto day = PartialDate::parse(text);
  return day && day->first_day() >= first - reach && day->first_day() <= last + reach;
}

tl::expected<void, Problem> fill_marks(CaseFile& file, std::size_t most) {
  std::vector<std::int64_t> missing;
  auto done = rows::for_each(
      file.database(),
      "SELECT report FROM glance WHERE report NOT IN (SELECT report FROM marked) ORDER BY report DESC LIMIT "
      "?",
      [&](const storage::Statement& row) { missing.push_back(row.integer(0).value_or(0)); },
      static_cast<std::int64_t>(most));
  if (!done || missing.empty()) return done;
  auto together = rows::Together::begin(file.database());
  if (!together) return tl::unexpected(together.error());
  for (const std::int64_t n : missing)
    if (done = mark_report(file, n); !done) return done;
  return together->commit();
}

}  // namespace sandyk::desk
