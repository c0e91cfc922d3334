#include "storage/upload_spool.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <numeric>

#include "storage/layout.h"
#include "storage/midnight.h"
#include "storage/noise.h"
#include "storage/padding.h"

namespace sandyk::storage {
namespace {

using crypto::IoFault;

off_t place_of(std::uint32_t number, std::uint64_t at) {
  return static_cast<off_t>(number * UploadSpool::block_size + at);
}

tl::expected<void, IoFault> write_at(int fd, crypto::ByteView bytes, off_t place) {
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(fd, bytes.data(), bytes.size(), place);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return tl::unexpected(n < 0 ? crypto::io_fault(errno) : IoFault::failed);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    place += n;
  }
  return {};
}

/// The file, if it is a file of exactly that size.
crypto::Fd open_made(const std::filesystem::path& path, std::uint64_t size) {
  crypto::Fd file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  struct stat about {};
  const bool is_it = file.is_open() && ::fstat(file.get(), &about) == 0 && S_ISREG(about.st_mode) &&
                     static_cast<std::uint64_t>(about.st_size) == size;
  return is_it ? std::move(file) : crypto::Fd();
}

/// Not synced: one that a power cut has shortened is made again, and one with holes gives nothing away.
tl::expected<crypto::Fd, IoFault> make(const std::filesystem::path& path, std::uint64_t size) {
  crypto::Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.is_open()) return tl::unexpected(crypto::io_fault(errno));
  Noise noise;
  for (std::uint64_t at = 0; at < size;) {
    const auto piece = noise.next(size - at);
    if (const auto done = crypto::write_all(file.get(), piece); !done) {
      ::unlink(path.c_str());  // half of it would only take room
      return tl::unexpected(done.error());
    }
    at += piece.size();
  }
  return file;
}

}  // namespace

UploadSpool::Block::~Block() {
  if (spool_) spool_->give_back(number_);
}

tl::expected<std::unique_ptr<UploadSpool>, IoFault> UploadSpool::open(const std::filesystem::path& vault,
                                                                      std::uint64_t size,
                                                                      std::uint64_t reserve) {
  const std::uint64_t blocks = size / block_size;
  const auto path = vault / layout::uploads;
  crypto::Fd file = open_made(path, blocks * block_size);
  if (!file.is_open()) {
    remove(vault);
    if (!has_room(vault, blocks * block_size, reserve)) return tl::unexpected(IoFault::disk_full);
    auto made = make(path, blocks * block_size);
    if (!made) return tl::unexpected(made.error());
    file = std::move(*made);
  }
  std::unique_ptr<UploadSpool> spool(new UploadSpool(std::move(file), path, blocks));
  spool->hide_time();
  set_file_to_midnight(vault);
  return spool;
}

void UploadSpool::remove(const std::filesystem::path& vault) {
  if (::unlink((vault / layout::uploads).c_str()) == 0) set_file_to_midnight(vault);
}

UploadSpool::UploadSpool(crypto::Fd file, std::filesystem::path path, std::size_t blocks)
    : file_(std::move(file)), path_(std::move(path)), blocks_(blocks), free_(blocks) {
  std::iota(free_.begin(), free_.end(), std::uint32_t{0});
}

std::optional<UploadSpool::Block> UploadSpool::take() {
  const std::lock_guard lock(mutex_);
  if (free_.empty()) return std::nullopt;
  // By chance, so that the order of the blocks on the disk tells no upload's parts from another's.
  std::swap(free_[randombytes_uniform(static_cast<std::uint32_t>(free_.size()))], free_.back());
  const std::uint32_t number = free_.back();
  free_.pop_back();
  return Block(this, number);
}

void UploadSpool::give_back(std::uint32_t number) {
  const std::lock_guard lock(mutex_);
  free_.push_back(number);  // has room: it was made with all of them
}

std::size_t UploadSpool::free_blocks() const {
  const std::lock_guard lock(mutex_);
  return free_.size();
}

tl::expected<void, IoFault> UploadSpool::write(const Block& block, std::uint64_t at, crypto::ByteView bytes) {
  if (at > block_size || bytes.size() > block_size - at) std::abort();  // the caller's mistake
  const auto done = write_at(file_.get(), bytes, place_of(block.number_, at));
  hide_time();
  return done;
}

tl::expected<void, IoFault> UploadSpool::read(const Block& block, std::uint64_t at,
                                              std::span<std::uint8_t> out) const {
  if (at > block_size || out.size() > block_size - at) std::abort();
  off_t place = place_of(block.number_, at);
  while (!out.empty()) {
    const ssize_t n = ::pread(file_.get(), out.data(), out.size(), place);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return tl::unexpected(n < 0 ? crypto::io_fault(errno) : IoFault::failed);
    out = out.subspan(static_cast<std::size_t>(n));
    place += n;
  }
  return {};
}

void UploadSpool::stir() {
  const auto block = take();
  if (!block) return;  // all are in use: there is noise enough
  Noise noise;
  // A fault shows where a part is written; here nobody waits for anything.
  static_cast<void>(write(*block, 0, noise.next(block_size)));
}

void UploadSpool::hide_time() const {
  set_file_to_midnight(path_);
}

}  // namespace sandyk::storage
