#include "storage/folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace sandyk::storage {

std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code fault;
  for (std::filesystem::directory_iterator it(folder, fault), end; !fault && it != end; it.increment(fault))
    names.push_back(it->path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

bool is_file(const std::filesystem::path& path) {
  std::error_code fault;
  return std::filesystem::symlink_status(path, fault).type() == std::filesystem::file_type::regular;
}

bool is_folder(const std::filesystem::path& path) {
  std::error_code fault;
  return std::filesystem::symlink_status(path, fault).type() == std::filesystem::file_type::directory;
}

tl::expected<void, crypto::IoFault> stream_file(const std::filesystem::path& path, const FileSink& sink) {
  const crypto::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.is_open()) return tl::unexpected(crypto::io_fault(errno));
  crypto::Bytes buffer(256 * 1024);
  while (true) {
    const ssize_t n = ::read(fd.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return tl::unexpected(crypto::io_fault(errno));
    if (n == 0) return {};
    if (auto done = sink(crypto::ByteView(buffer).first(static_cast<std::size_t>(n))); !done) return done;
  }
}

tl::expected<crypto::Digest, crypto::IoFault> hash_file(const std::filesystem::path& path) {
  crypto::Sha256 hash;
  const auto done = stream_file(path, [&](crypto::ByteView piece) -> tl::expected<void, crypto::IoFault> {
    hash.add(piece);
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return hash.finish();
}

}  // namespace sandyk::storage
