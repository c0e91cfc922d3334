// An entry of the log that is read is the same bytes when it is written, and has a day. A pending file that
// is read is, written again, the same bytes.
#include "storage/log_entry.h"

#include <algorithm>
#include <cstdlib>

#include "storage/log_pending.h"
#include "storage/tiles.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk;
  using namespace sandyk::storage;
  const crypto::ByteView bytes(data, size);
  if (const auto entry = LogEntry::parse(crypto::text_of(bytes))) {
    if (entry->text() != crypto::text_of(bytes)) std::abort();
    if (entry->value("date") != entry->date().text()) std::abort();
    if (LogEntry::make(entry->type(), entry->values()) != entry) std::abort();
    crypto::Bytes bundle;
    append_to_bundle(bundle, entry->text());
    const auto alone = parse_pending(bundle);
    if (!alone || alone->size() != 1) std::abort();
    bundle.pop_back();
    if (parse_pending(bundle)) std::abort();
  }
  const auto entries = parse_pending(bytes);
  if (!entries) return 0;
  crypto::Bytes again;
  for (const std::string& entry : *entries) {
    if (!LogEntry::parse(entry)) std::abort();
    append_to_bundle(again, entry);
  }
  if (again.size() != size || !std::equal(again.begin(), again.end(), data)) std::abort();
  return 0;
}
