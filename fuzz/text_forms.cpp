// Hex, base64, ids, dates and weeks: whatever is read has one spelling.
#include <cstdlib>

#include "crypto/seal/calendar.h"
#include "crypto/seal/ids.h"
#include "crypto/seal/text_encoding.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk::crypto;
  const ByteView bytes(data, size);
  const auto text = text_of(bytes);
  for (const Base64 variant : {Base64::padless, Base64::padded, Base64::url}) {
    if (const auto read = from_base64(text, variant); read && to_base64(*read, variant) != text) std::abort();
    if (from_base64(to_base64(bytes, variant), variant) != Bytes(data, data + size)) std::abort();
  }
  if (const auto read = from_hex(text); read && to_hex(*read) != text) std::abort();
  if (const auto id = ReportId::parse(text); id && id->hex() != text) std::abort();
  if (const auto id = EpochId::parse(text); id && id->hex() != text) std::abort();
  if (const auto date = Date::parse(text); date && date->text() != text) std::abort();
  if (const auto week = Week::parse(text); week && week->text() != text) std::abort();
  return 0;
}
