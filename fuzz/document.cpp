// report.json: what is accepted is written so that it reads back equal, stays within its limit of files, and
// prints nothing that a terminal obeys.
#include "report/document.h"

#include <cstdlib>

#include "report/print.h"
#include "report/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk;
  const auto document = report::Document::parse({data, size});
  if (!document) return 0;
  if (document->attachments().size() > report::max_attachments) std::abort();
  const std::string written = document->write();
  if (written.size() <= report::max_document_size) {  // numbers may be written longer than they were read
    const auto again = report::Document::parse(crypto::bytes_of(written));
    if (!again || *again != *document || again->write() != written) std::abort();
  }
  const std::string shown = report::to_text(*document, "ky");
  if (report::harmless(shown) != shown) std::abort();
  return 0;
}
