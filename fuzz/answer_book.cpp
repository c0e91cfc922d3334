// An answer book that is read, written and read again is the same.
#include "desk/answer_book.h"

#include <cstdlib>

using namespace sandyk;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto book = desk::parse_answer_book(crypto::ByteView(data, size));
  if (!book) return 0;
  const auto written = desk::write_answer_book(*book);
  const auto again = desk::parse_answer_book(written);
  if (!again || desk::write_answer_book(*again) != written) std::abort();
  return 0;
}
