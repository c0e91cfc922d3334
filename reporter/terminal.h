// What the reporter sees: a progress bar, plain lines, and the receipt code once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/open/receipt.h"
#include "transport/client.h"

namespace sandyk::reporter {

/// A bar on stderr that redraws itself; nothing at all when stderr is not a terminal.
class ProgressBar {
 public:
  explicit ProgressBar(std::string label);
  ~ProgressBar() { clear(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void show(std::uint64_t done, std::uint64_t all);
  /// Takes the bar away, so that a line can be written.
  void clear();

 private:
  std::string label_;
  bool is_on_terminal_;
  int shown_percent_ = -1;
};

/// One line on stdout.
void say(std::string_view line);
/// One line on stderr.
void notice(std::string_view line);

/// Shows the receipt code alone between empty lines, and two sentences about it in `lang`. The digits go from
/// guarded memory straight to stdout. False when stdout cannot be written.
bool show_receipt(const crypto::ReceiptCode& receipt, std::string_view lang);

}  // namespace sandyk::reporter
