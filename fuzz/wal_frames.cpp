// A write-ahead log of an epoch: whatever the bytes, the pages that count lie within the log, each at a
// frame's place, and reading on after a frame that does not belong changes nothing.
#include <algorithm>
#include <array>
#include <cstdlib>

#include "storage/cipher_pages.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sandyk::storage::WalReader;
  std::array<std::uint8_t, WalReader::header_size> header{};
  std::copy_n(data, std::min(size, header.size()), header.begin());
  WalReader reader;
  if (!reader.header(header)) return 0;
  std::size_t at = header.size();
  std::array<std::uint8_t, WalReader::frame_size> frame{};
  for (; at + frame.size() <= size; at += frame.size()) {
    std::copy_n(data + at, frame.size(), frame.begin());
    if (!reader.frame(frame)) break;
  }
  const auto& committed = reader.committed();
  if (committed.pages.empty() != (committed.page_count == 0)) std::abort();
  for (const auto& [page, place] : committed.pages)
    if (page == 0 || place < header.size() + 24 || (place - header.size() - 24) % frame.size() != 0 ||
        place > at)
      std::abort();
  return 0;
}
