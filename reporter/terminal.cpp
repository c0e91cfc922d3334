#include "reporter/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "crypto/seal/file.h"
#include "report/vocabulary.h"

namespace sandyk::reporter {
namespace {

constexpr int bar_width = 30;
constexpr std::string_view clear_line = "\r\x1b[K";

}  // namespace

ProgressBar::ProgressBar(std::string label)
    : label_(std::move(label)), is_on_terminal_(::isatty(STDERR_FILENO) == 1) {}

void ProgressBar::show(std::uint64_t done, std::uint64_t all) {
  if (!is_on_terminal_ || all == 0) return;
  const int percent = static_cast<int>(done * 100 / all);
  if (percent == shown_percent_) return;
  shown_percent_ = percent;
  const int full = percent * bar_width / 100;
  fmt::print(stderr, "{}{} [{:#>{}}{:->{}}] {} %", clear_line, label_, "", full, "", bar_width - full,
             percent);
  std::fflush(stderr);
}

void ProgressBar::clear() {
  if (shown_percent_ < 0) return;
  shown_percent_ = -1;
  fmt::print(stderr, "{}", clear_line);
  std::fflush(stderr);
}

void say(std::string_view line) {
  fmt::print(stdout, "{}\n", line);
}

void notice(std::string_view line) {
  fmt::print(stderr, "{}\n", line);
}

bool show_receipt(const crypto::ReceiptCode& receipt, std::string_view lang) {
  const auto& vocabulary = report::Vocabulary::built_in();
  say("\nReceipt code:\n");
  std::fflush(stdout);
  const crypto::SecretText digits = receipt.grouped();
  const bool is_shown = crypto::write_all(STDOUT_FILENO, crypto::bytes_of("    ")) &&
                        crypto::write_all(STDOUT_FILENO, digits.expose()) &&
                        crypto::write_all(STDOUT_FILENO, crypto::bytes_of("\n\n"));
  say(vocabulary.sentence("write_code_down").in(lang));
  say(vocabulary.sentence("code_not_message").in(lang));
  return std::fflush(stdout) == 0 && is_shown;
}

}  // namespace sandyk::reporter
