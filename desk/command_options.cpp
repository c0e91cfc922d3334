#include "desk/command_options.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace sandyk::desk {

int report_problem(const Problem& p) {
  fmt::print(stderr, "sandyk-desk: {}\n", p.say);
  return p.exit;
}

void add_common(CLI::App* command, Common& common) {
  command->add_option("--home", common.home, "The desk's folder of keys")->capture_default_str();
  command->add_option("--passphrase-file", common.passphrases.file,
                      "Take the passphrase from the first line of this file instead of the terminal");
}

void add_work_factor(CLI::App* command, Common& common, unsigned default_value) {
  common.work_factor = default_value;
  command
      ->add_option(
          "--work-factor", common.work_factor,
          "log2 of scrypt's N for the new key files: higher is slower to guess and to open; less than "
          "the default is for trying out")
      ->check(CLI::Range(12U, 22U))
      ->capture_default_str();
}

/// A line that is written over while something long runs; nothing when nobody looks.
void show_progress(const std::string& text) {
  if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\r\033[K{}", text);
}

void add_root_key(CLI::App* command, std::string& root_key) {
  command->add_option("--root-key", root_key,
                      "The site's root public key, its line or its file (default: root.pub in the home)");
}

tl::expected<crypto::Date, Problem> date_option(const std::string& name, const std::string& text) {
  const auto date = crypto::Date::parse(text);
  if (!date) return problem(fmt::format("--{} takes a day such as 2026-11-23.", name), crypto::exit_usage);
  return *date;
}

tl::expected<crypto::Week, Problem> week_option(const std::string& name, const std::string& text) {
  const auto week = crypto::Week::parse(text);
  if (!week) return problem(fmt::format("--{} takes a week such as 2026-W48.", name), crypto::exit_usage);
  return *week;
}

tl::expected<std::string, Problem> the_organisation(const Home& home, const std::string& named) {
  if (!named.empty()) {
    if (crypto::is_organisation_id(named)) return named;
    return problem("An organisation's id is 1 to 32 of a-z, 0-9 and '-'.", crypto::exit_usage);
  }
  const auto all = home.organisations();
  if (all.size() == 1) return all.front();
  return problem(all.empty() ? "There are no organisation's keys in this home."
                             : "This home has several organisations: say which with --org.",
                 crypto::exit_usage);
}

}  // namespace sandyk::desk
