// A receipt code that is read reads alike as it is shown; none with one wrong digit or two neighbours swapped
// is read.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "crypto/open/receipt.h"

using namespace sandyk::crypto;

namespace {

/// The slips that a check digit is there for. `choice` says where.
void notices_a_slip(std::string_view digits, std::size_t choice) {
  const std::size_t at = choice % digits.size();
  std::string slip(digits);
  slip[at] = static_cast<char>('0' + (slip[at] - '0' + 1 + static_cast<int>(choice / 25 % 9)) % 10);
  if (ReceiptCode::parse(slip)) std::abort();
  slip = digits;
  if (at > 0) std::swap(slip[at], slip[at - 1]);
  if (slip != digits && ReceiptCode::parse(slip)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto typed = text_of(ByteView(data, size));
  const auto code = ReceiptCode::parse(typed);
  if (!code) return 0;
  std::string digits;
  std::copy_if(typed.begin(), typed.end(), std::back_inserter(digits),
               [](char c) { return c != ' ' && c != '-'; });
  if (digits != text_of(code->expose())) std::abort();
  const SecretText shown = code->grouped();
  const auto again = ReceiptCode::parse(text_of(shown.expose()));
  if (!again || text_of(again->expose()) != digits) std::abort();
  std::size_t choice = 0;
  for (char c : typed) choice = choice * 31 + static_cast<std::uint8_t>(c);
  notices_a_slip(digits, choice);
  return 0;
}
