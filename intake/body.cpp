#include "intake/body.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

namespace sandyk::intake {
namespace {

/// A file that no name leads to, so that nothing of it is left after a crash.
tl::expected<crypto::Fd, crypto::IoFault> unnamed_file(const std::filesystem::path& folder) {
  crypto::Fd file(::open(folder.c_str(), O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600));
  if (file.is_open()) return file;
  if (errno != EOPNOTSUPP && errno != EISDIR) return tl::unexpected(crypto::io_fault(errno));
  // Some file systems have no O_TMPFILE: there the name is there for a moment.
  std::string name = (folder / ".spool-XXXXXX").string();
  file = crypto::Fd(::mkostemp(name.data(), O_CLOEXEC));
  if (!file.is_open() || ::unlink(name.c_str()) != 0) return tl::unexpected(crypto::io_fault(errno));
  return file;
}

}  // namespace

bool Budget::has_room(std::uint64_t length, bool has_worked) const {
  if (length > largest_in_memory) return large_left_ > 0;
  const std::uint64_t kept_back = length > smallest_report ? memory_ / 4 : has_worked ? 0 : memory_ / 8;
  return length + kept_back <= memory_left_;
}

std::optional<Budget::Share> Budget::take(std::uint64_t length, bool has_worked) {
  if (!has_room(length, has_worked)) return std::nullopt;
  if (length > largest_in_memory)
    --large_left_;
  else
    memory_left_ -= length;
  return Share(this, length);
}

double Budget::memory_used() const {
  return memory_ == 0 ? 1.0 : static_cast<double>(memory_ - memory_left_) / static_cast<double>(memory_);
}

Budget::Share::~Share() {
  if (!budget_) return;
  if (length_ > largest_in_memory)
    ++budget_->large_left_;
  else
    budget_->memory_left_ += length_;
}

tl::expected<IncomingBody, crypto::IoFault> IncomingBody::start(Budget::Share share, std::uint64_t length,
                                                                const std::filesystem::path& spool_folder) {
  if (length <= largest_in_memory) {
    crypto::Bytes bytes;
    bytes.reserve(length);  // address space only, until bytes come
    return IncomingBody(std::move(share), length, std::move(bytes));
  }
  auto file = unnamed_file(spool_folder);
  if (!file) return tl::unexpected(file.error());
  // Not posix_fallocate: where the file system cannot, that one writes every block.
  if (::fallocate(file->get(), 0, 0, static_cast<off_t>(length)) != 0 && errno != EOPNOTSUPP)
    return tl::unexpected(crypto::io_fault(errno));
  return IncomingBody(std::move(share), length, std::move(*file));
}

tl::expected<void, crypto::IoFault> IncomingBody::add(crypto::ByteView bytes) {
  if (bytes.size() > missing()) std::abort();  // the caller's mistake
  received_ += bytes.size();
  if (auto* memory = std::get_if<crypto::Bytes>(&store_)) {
    memory->insert(memory->end(), bytes.begin(), bytes.end());
    return {};
  }
  return crypto::write_all(std::get<crypto::Fd>(store_).get(), bytes);
}

storage::SealedBody IncomingBody::finish() && {
  if (missing() != 0) std::abort();
  if (auto* memory = std::get_if<crypto::Bytes>(&store_)) return storage::SealedBody(std::move(*memory));
  return {std::move(std::get<crypto::Fd>(store_)), length_};
}

}  // namespace sandyk::intake
