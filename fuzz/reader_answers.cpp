// What the desk's reader says after somebody took it over: a report or a listing that is read, written and
// read again says the same; names are those of a packed report, texts are UTF-8 and harmless.
#include "desk/reader_answers.h"

#include <algorithm>
#include <cstdlib>

#include "desk/reader_channel.h"
#include "report/text.h"

namespace {

using namespace sandyk;

void check_report(crypto::ByteView bytes) {
  const auto read = desk::parse_read_report(bytes);
  if (!read) return;
  for (const auto& member : read->members)
    if (member.name.find("..") != std::string::npos || member.name.starts_with('/')) std::abort();
  for (const std::string* text : {&read->glance.first, &read->glance.folded, &read->glance.remarks})
    if (report::harmless(*text) != *text) std::abort();
  // Making a text harmless can make it longer: then it may be too long to be read again.
  const auto written = desk::write_read_report(*read);
  const auto again = desk::parse_read_report(written);
  if (again && desk::write_read_report(*again) != written) std::abort();
  if (!again && written.size() <= bytes.size()) std::abort();
}

void check_listing(crypto::ByteView bytes) {
  const auto read = desk::parse_listing(bytes);
  if (read && !std::ranges::equal(desk::write_listing(*read), bytes)) std::abort();
}

void check_run(crypto::ByteView bytes) {
  const auto run = desk::parse_run({bytes.begin(), bytes.end()});
  if (!run) return;
  const std::uint32_t first = *desk::number_of(bytes.first(4));
  const std::size_t count = bytes.size() / desk::PageRun::page_size;
  for (std::size_t i = 0; i < count + 2; ++i) {
    const std::uint32_t number = first + static_cast<std::uint32_t>(i) - 1;
    const bool is_inside = i > 0 && i <= count && number >= first;
    if (run->has(number) != is_inside) std::abort();
    if (is_inside && run->page(number).data() + desk::PageRun::page_size > run->bytes().data() + bytes.size())
      std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_report({data, size});
  check_listing({data, size});
  check_run({data, size});
  return 0;
}
