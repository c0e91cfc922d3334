#include "audit/page.h"

#include <fmt/format.h>

#include <algorithm>

#include "audit/checks.h"

namespace sandyk::audit {
namespace {

// Sizes are in points and millimetres: it is made for paper. Marks differ in shape as well as in colour.
constexpr std::string_view style = R"(
@page { size: A4; margin: 16mm 15mm }
body { font: 10pt/1.4 "Liberation Sans", "DejaVu Sans", Arial, sans-serif; color: #111; background: #fff;
  max-width: 180mm; margin: 8mm auto; padding: 0 4mm }
h1 { font-size: 17pt; margin: 0 0 1mm } h2 { font-size: 12pt; margin: 8mm 0 2mm; break-after: avoid }
p { margin: 0 0 2mm } .small { font-size: 8.5pt; color: #444 }
.verdict { border: 1.5pt solid #111; padding: 3mm 4mm; margin: 4mm 0 0; font-size: 12pt; font-weight: bold }
.verdict.fails { border-width: 4pt; color: #8c1d18; border-color: #8c1d18 }
table { border-collapse: collapse; width: 100% } tr { break-inside: avoid }
th { text-align: left; font-size: 8.5pt; border-bottom: 1pt solid #111; padding: 1mm 2mm 1mm 0 }
td { border-bottom: .5pt solid #bbb; padding: 1.2mm 2mm 1.2mm 0; vertical-align: top }
td.mark { white-space: nowrap; width: 25mm } .fails td.mark { font-weight: bold; color: #8c1d18 }
.unchecked td { color: #555 } ul { margin: 1mm 0; padding-left: 5mm }
code { font: 8.5pt "Liberation Mono", "DejaVu Sans Mono", monospace; overflow-wrap: anywhere }
figure { margin: 0; break-inside: avoid } svg { width: 100%; height: auto }
)";

std::size_t number_of(const std::vector<Check>& checks, Verdict verdict) {
  return static_cast<std::size_t>(std::count_if(
      checks.begin(), checks.end(), [&](const Check& check) { return check.verdict() == verdict; }));
}

std::string head_of(const Evidence& evidence) {
  const auto& key = evidence.given.log_key;
  std::string text = fmt::format("<h1>Audit of {}</h1>\n<p>As of <b>{}</b>, from {}.", escaped(key.name()),
                                 evidence.as_of.text(),
                                 evidence.is_remote ? "what its server shows" : "a vault or an export of it");
  if (evidence.log)
    text += fmt::format(" The log had {} entries under its checkpoint, with the root <code>{}</code>.",
                        evidence.log->checkpoint.size, evidence.log->checkpoint.root.hex());
  text +=
      fmt::format("</p>\n<p class=\"small\">Verified with the log key <code>{}</code>", escaped(key.text()));
  if (const auto& root = evidence.given.root)
    text += fmt::format(" and the root key <code>{}</code>", escaped(root->text()));
  return text + ". Compare them with what you have on paper.</p>\n";
}

std::string verdict_of(const std::vector<Check>& checks) {
  const auto holds = number_of(checks, Verdict::holds), fails = number_of(checks, Verdict::fails),
             unchecked = number_of(checks, Verdict::not_checked);
  const std::string rest =
      unchecked == 0 ? "" : fmt::format(" {} could not be made.", count(unchecked, "check"));
  if (fails != 0)
    return fmt::format("<p class=\"verdict fails\">✗ {} of {} checks FAIL.{}</p>\n", fails, holds + fails,
                       rest);
  return fmt::format("<p class=\"verdict\">✓ Everything that was checked holds: {}.{}</p>\n",
                     count(holds, "check"), rest);
}

std::string row_of(const Check& check) {
  const Verdict verdict = check.verdict();
  const std::string_view kind = verdict == Verdict::fails         ? "fails"
                                : verdict == Verdict::not_checked ? "unchecked"
                                                                  : "holds";
  const std::string_view sign = verdict == Verdict::fails ? "✗" : verdict == Verdict::holds ? "✓" : "–";
  std::string row = fmt::format("<tr class=\"{}\"><td class=\"mark\">{} {}</td><td>{}", kind, sign,
                                word_of(verdict), escaped(check.what));
  if (!check.failures.empty()) {
    row += "<ul>";
    for (const std::string& failure : readable_failures(check))
      row += fmt::format("<li>{}</li>", escaped(failure));
    row += "</ul>";
  }
  return row + fmt::format("</td><td class=\"small\">{}</td></tr>\n", escaped(check.looked_at));
}

std::string table_of(const std::vector<Check>& checks) {
  std::string table =
      "<h2>What was checked</h2>\n<table><tr><th></th><th>Claim</th><th>Looked at, or why not</th></tr>\n";
  for (const Check& check : checks) table += row_of(check);
  return table + "</table>\n";
}

std::string ages_of(const Evidence& evidence, const std::vector<Standing>& all) {
  const crypto::Policy* policy = evidence.policy_at(evidence.as_of, evidence.size());
  std::string text = "<h2>What is on the server, by age</h2>\n";
  if (policy == nullptr)
    return text +
           "<p>Nobody can say what waits for what: that needs a log that verifies, the root key, and a "
           "policy in force.</p>\n";
  if (evidence.is_remote)
    text +=
        "<p class=\"small\">A server does not show receipts: what every organisation has imported counts as "
        "waiting here.</p>\n";
  return text + plot_of(all, evidence.as_of, policy->content().unread.keep_days);
}

std::string limits() {
  std::string text = "<h2>What no auditor can check</h2>\n<ul>\n";
  for (const std::string_view sentence : beyond_any_auditor)
    text += fmt::format("<li>{}</li>\n", escaped(sentence));
  return text + "</ul>\n";
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += (c >= 0 && c < ' ') || c == '\x7F' ? '?' : c;
    }
  return safe;
}

std::string page_of(const Evidence& evidence, const std::vector<Check>& checks) {
  const auto all = standings(evidence);
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n"
      "<title>Audit of {}, {}</title>\n<style>{}</style>\n</head>\n<body>\n",
      escaped(evidence.given.log_key.name()), evidence.as_of.text(), style);
  page += head_of(evidence) + verdict_of(checks) + table_of(checks);
  page += schedule_of(evidence) + ages_of(evidence, all) + due_of(evidence, all);
  page += holds_of(evidence) + changes_of(evidence) + limits();
  return page + "</body>\n</html>\n";
}

}  // namespace sandyk::audit
