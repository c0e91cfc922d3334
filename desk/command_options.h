// What the commands of sandyk-desk share: options, and how they say what went wrong.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "desk/home.h"
#include "desk/passphrase.h"
#include "desk/problem.h"

namespace sandyk::desk {

struct Common {
  std::string home = "sandyk-desk";
  PassphraseSource passphrases;
  unsigned work_factor;
};

void add_common(CLI::App* command, Common& common);
void add_work_factor(CLI::App* command, Common& common, unsigned default_value);
/// `--root-key`, for commands that verify what the root signed.
void add_root_key(CLI::App* command, std::string& root_key);

/// Says the problem on standard error; returns its exit code.
int report_problem(const Problem& problem);

/// A line that is written over while something long runs; nothing when nobody looks.
void show_progress(const std::string& text);

/// Days and weeks as options; a problem says how they are written.
[[nodiscard]] tl::expected<crypto::Date, Problem> date_option(const std::string& name,
                                                              const std::string& text);
[[nodiscard]] tl::expected<crypto::Week, Problem> week_option(const std::string& name,
                                                              const std::string& text);

/// The organisation that is meant: the one named, or the only one of the home.
[[nodiscard]] tl::expected<std::string, Problem> the_organisation(const Home& home, const std::string& named);

}  // namespace sandyk::desk
