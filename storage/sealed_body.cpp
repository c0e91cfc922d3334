#include "storage/sealed_body.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace sandyk::storage {

tl::expected<void, crypto::IoFault> SealedBody::read(std::uint64_t offset,
                                                     std::span<std::uint8_t> out) const {
  if (!holds(offset, out.size())) return tl::unexpected(crypto::IoFault::failed);
  if (const auto* bytes = std::get_if<crypto::Bytes>(&bytes_)) {
    std::copy_n(bytes->data() + offset, out.size(), out.begin());
    return {};
  }
  if (const auto* source = std::get_if<std::shared_ptr<const BodySource>>(&bytes_))
    return (*source)->read(offset, out);
  const int fd = std::get<crypto::Fd>(bytes_).get();
  while (!out.empty()) {
    const ssize_t n = ::pread(fd, out.data(), out.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return tl::unexpected(crypto::io_fault(errno));
    if (n == 0) return tl::unexpected(crypto::IoFault::failed);  // shorter than it was said to be
    out = out.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
  return {};
}

tl::expected<crypto::ByteView, crypto::IoFault> SealedBody::look(std::uint64_t offset, std::size_t size,
                                                                 crypto::Bytes& room) const {
  if (!holds(offset, size)) return tl::unexpected(crypto::IoFault::failed);
  if (const auto* bytes = std::get_if<crypto::Bytes>(&bytes_))
    return crypto::ByteView(*bytes).subspan(offset, size);
  room.resize(size);
  if (auto done = read(offset, room); !done) return tl::unexpected(done.error());
  return crypto::ByteView(room);
}

}  // namespace sandyk::storage
