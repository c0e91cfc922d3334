// A packed report: what is accepted, packed again, unpacks equal, and never holds more than the tar did.
#include "report/packing.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sandyk;
  const auto first = report::unpack({data, size});
  if (!first) return 0;
  std::size_t held = first->document.size();
  std::vector<report::FileToPack> files;
  for (const report::UnpackedFile& file : first->files) {
    files.push_back({file.id, file.content});
    held += file.content.size();
  }
  if (held > size) std::abort();

  crypto::Bytes packed;
  const auto thread = first->thread ? std::optional<crypto::ByteView>(*first->thread) : std::nullopt;
  const auto size_class = report::pack(first->document, thread, files, [&packed](crypto::ByteView bytes) {
    packed.insert(packed.end(), bytes.begin(), bytes.end());
    return true;
  });
  if (!size_class || packed.size() != *size_class) std::abort();
  const auto second = report::unpack(packed);
  if (!second || second->document != first->document || second->thread != first->thread) std::abort();
  if (second->files.size() != first->files.size()) std::abort();
  for (std::size_t i = 0; i < first->files.size(); ++i)
    if (second->files[i].id != first->files[i].id || second->files[i].content != first->files[i].content)
      std::abort();
  return 0;
}
