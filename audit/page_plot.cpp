#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "audit/page.h"

namespace sandyk::audit {
namespace {

// The drawing, in its own units
constexpr int width = 680, left = 40, right = 10, top = 16, height = 180, below = 40;
constexpr std::size_t max_weeks = 60;  // older ones share the last bar
constexpr int days_a_week = 7;

/// How each class is filled: told apart in black and white, too.
std::string_view fill_of(Class what) {
  switch (what) {
    case Class::waiting:
      return "#8fb0d6";
    case Class::imported:
      return "url(#dots)";
    case Class::held:
      return "url(#lines)";
    case Class::overdue:
      return "#8c1d18";
  }
  return "none";
}

constexpr std::string_view patterns =
    "<defs><pattern id=\"dots\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><rect width=\"6\" "
    "height=\"6\" fill=\"#e4efe1\"/><circle cx=\"3\" cy=\"3\" r=\"1.2\" fill=\"#3f6b38\"/></pattern>"
    "<pattern id=\"lines\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
    "patternTransform=\"rotate(45)\"><rect width=\"5\" height=\"5\" fill=\"#f6e3b4\"/><rect width=\"2\" "
    "height=\"5\" fill=\"#8a6410\"/></pattern></defs>\n";

using Counts = std::map<Class, std::size_t>;

std::vector<Counts> by_week(const std::vector<Standing>& standings, crypto::Date as_of, unsigned last_day) {
  std::vector<Counts> weeks(std::min<std::size_t>(last_day / days_a_week + 2, max_weeks));
  for (const Standing& standing : standings) {
    const auto age = (as_of.day() - standing.departure.facts.begun.day()).count();
    const auto week =
        std::min<std::size_t>(age < 0 ? 0 : static_cast<std::size_t>(age) / days_a_week, max_weeks - 1);
    if (week >= weeks.size()) weeks.resize(week + 1);
    ++weeks[week][standing.what];
  }
  return weeks;
}

std::size_t tallest(const std::vector<Counts>& weeks) {
  std::size_t most = 1;
  for (const Counts& counts : weeks) {
    std::size_t sum = 0;
    for (const auto& entry : counts) sum += entry.second;
    most = std::max(most, sum);
  }
  return most;
}

/// A round step for the lines across, at most six of them.
std::size_t step_for(std::size_t most) {
  for (std::size_t unit = 1;; unit *= 10)
    for (const std::size_t factor : {1U, 2U, 5U})
      if (most / (unit * factor) <= 5) return unit * factor;
}

struct Scale {
  double bar;  ///< width of a week
  double epoch;
  double x(double weeks) const { return left + bar * weeks; }
  double y(std::size_t epochs) const { return top + height - epoch * static_cast<double>(epochs); }
};

std::string axes(const Scale& scale, std::size_t most, std::size_t weeks) {
  std::string svg;
  const std::size_t step = step_for(most);
  for (std::size_t n = 0; n <= most; n += step)
    svg += fmt::format(
        "<line x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#ccc\"/><text x=\"{}\" y=\"{:.1f}\" "
        "text-anchor=\"end\">{}</text>\n",
        left, width - right, scale.y(n), scale.y(n), left - 5, scale.y(n) + 4, n);
  const std::size_t every = weeks / 16 + 1;
  for (std::size_t week = 0; week < weeks; ++week) {
    const bool is_open_ended = week + 1 == max_weeks;
    if (!is_open_ended && (week % every != 0 || week + every >= max_weeks)) continue;
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}{}</text>\n",
                       scale.x(static_cast<double>(week) + .5), top + height + 14, week,
                       is_open_ended ? "+" : "");
  }
  return svg + fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"end\">age in whole weeks</text>\n",
                           width - right, top + height + 30);
}

std::string bars(const Scale& scale, const std::vector<Counts>& weeks) {
  std::string svg;
  for (std::size_t week = 0; week < weeks.size(); ++week) {
    std::size_t below_it = 0;
    for (const auto& [what, n] : weeks[week]) {
      svg += fmt::format(
          "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\" "
          "stroke=\"#111\" stroke-width=\".6\"/>\n",
          scale.x(static_cast<double>(week) + .1), scale.y(below_it + n), scale.bar * .8,
          scale.epoch * static_cast<double>(n), fill_of(what));
      below_it += n;
    }
  }
  return svg;
}

std::string legend(const std::vector<Counts>& weeks) {
  std::string svg;
  int x = left;
  for (const Class what : classes) {
    std::size_t n = 0;
    for (const Counts& counts : weeks)
      if (const auto found = counts.find(what); found != counts.end()) n += found->second;
    const std::string words = fmt::format("{}: {}", word_of(what), n);
    svg += fmt::format(
        "<rect x=\"{}\" y=\"{}\" width=\"12\" height=\"10\" fill=\"{}\" stroke=\"#111\" "
        "stroke-width=\".6\"/><text x=\"{}\" y=\"{}\">{}</text>\n",
        x, top + height + 21, fill_of(what), x + 17, top + height + 30, words);
    x += 34 + static_cast<int>(words.size()) * 6;
  }
  return svg;
}

std::string limit_line(const Scale& scale, unsigned last_day, std::size_t weeks) {
  const double at = static_cast<double>(last_day) / days_a_week;
  if (at > static_cast<double>(weeks)) return "";
  const bool is_left = at < static_cast<double>(weeks) / 2;
  return fmt::format(
      "<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2}\" stroke=\"#8c1d18\" stroke-width=\"1.2\" "
      "stroke-dasharray=\"4 3\"/><text x=\"{3:.1f}\" y=\"{4}\" text-anchor=\"{5}\" fill=\"#8c1d18\">last day "
      "by policy: {6} days</text>\n",
      scale.x(at), top - 4, top + height, scale.x(at) + (is_left ? 4 : -4), top - 4,
      is_left ? "start" : "end", last_day);
}

}  // namespace

std::string plot_of(const std::vector<Standing>& standings, crypto::Date as_of, unsigned last_day) {
  const auto weeks = by_week(standings, as_of, last_day);
  const std::size_t most = tallest(weeks);
  const Scale scale{static_cast<double>(width - left - right) / static_cast<double>(weeks.size()),
                    static_cast<double>(height) / static_cast<double>(most)};
  return fmt::format(
      "<figure><svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"Epochs by age and class\" "
      "font-family=\"sans-serif\" font-size=\"10\">\n{}{}{}{}{}</svg></figure>\n",
      width, top + height + below, patterns, axes(scale, most, weeks.size()), bars(scale, weeks),
      limit_line(scale, last_day, weeks.size()), legend(weeks));
}

}  // namespace sandyk::audit
