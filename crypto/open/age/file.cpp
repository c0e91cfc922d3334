#include "crypto/open/age/file.h"

namespace sandyk::crypto::age {
namespace {

tl::unexpected<OpenFileFault> because(OpenFault fault, std::optional<IoFault> io = std::nullopt) {
  return tl::unexpected(OpenFileFault{fault, io});
}

}  // namespace

tl::expected<void, OpenFileFault> open_file(const std::filesystem::path& from,
                                            const std::filesystem::path& to,
                                            std::span<const Identity> identities, Opening how,
                                            NewFile::Replace replace) {
  const auto input = open_for_reading(from);
  if (!input) return because(OpenFault::source, input.error());
  auto output = NewFile::create(to);
  if (!output) return because(OpenFault::sink, output.error());

  IoFault written = IoFault::failed;
  const Sink sink = [&](ByteView bytes) {
    const auto done = output->write(bytes);
    if (!done) written = done.error();
    return done.has_value();
  };
  const auto opened = open(source_of(input->get()), identities, sink, how);
  if (!opened && opened.error() == OpenFault::source) return because(OpenFault::source, IoFault::failed);
  if (!opened && opened.error() == OpenFault::sink) return because(OpenFault::sink, written);
  if (!opened) return because(opened.error());
  if (const auto done = output->commit(replace); !done) return because(OpenFault::sink, done.error());
  return {};
}

}  // namespace sandyk::crypto::age
