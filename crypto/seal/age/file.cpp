#include "crypto/seal/age/file.h"

#include "crypto/seal/age/armor.h"

namespace sandyk::crypto::age {
namespace {

tl::unexpected<SealFileFault> because(SealFault fault, std::optional<IoFault> io = std::nullopt) {
  return tl::unexpected(SealFileFault{fault, io});
}

}  // namespace

tl::expected<void, SealFileFault> seal_file(const std::filesystem::path& from, const NewAgeFile& to,
                                            std::span<const Recipient> recipients, Effort effort) {
  const auto input = open_for_reading(from);
  if (!input) return because(SealFault::source, input.error());
  auto output = NewFile::create(to.path);
  if (!output) return because(SealFault::sink, output.error());

  IoFault written = IoFault::failed;
  const Sink sink = [&](ByteView bytes) {
    const auto done = output->write(bytes);
    if (!done) written = done.error();
    return done.has_value();
  };
  ArmorWriter armor(sink);
  const Sink armored = [&](ByteView bytes) { return armor.write(bytes); };
  const auto sealed = seal(source_of(input->get()), recipients, to.is_armored ? armored : sink, effort);
  if (!sealed && sealed.error() == SealFault::source) return because(SealFault::source, IoFault::failed);
  if (!sealed && sealed.error() != SealFault::sink) return because(sealed.error());
  if (!sealed || (to.is_armored && !armor.finish())) return because(SealFault::sink, written);
  if (const auto done = output->commit(to.replace); !done) return because(SealFault::sink, done.error());
  return {};
}

}  // namespace sandyk::crypto::age
