#include "desk/report_keys.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

namespace sandyk::desk {
namespace {

using crypto::IoFault;

constexpr std::string_view magic = "SANDYKC1";
constexpr std::size_t header_size = 64, nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t slot_size = nonce_size + ReportKey::size + crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::int64_t most = std::int64_t{1} << 32;

using Slot = std::array<std::uint8_t, slot_size>;
using Place = std::array<std::uint8_t, 8>;

std::int64_t offset_of(std::int64_t n) {
  if (n < 1 || n > most) throw std::logic_error("no such report");  // numbers are ours
  return static_cast<std::int64_t>(header_size) + (n - 1) * static_cast<std::int64_t>(slot_size);
}

/// What a slot is bound to, so that none passes for another report's.
Place place_of(std::int64_t n) {
  Place place{};
  for (std::size_t i = 0; i < place.size(); ++i) place[i] = static_cast<std::uint8_t>(n >> (8 * i));
  return place;
}

}  // namespace

tl::expected<ReportKeys, IoFault> ReportKeys::create(const std::filesystem::path& file, KeysKey key) {
  std::array<std::uint8_t, header_size> header{};
  std::ranges::copy(magic, header.begin());
  if (auto done = crypto::write_file(file, header, 0600, crypto::NewFile::Replace::no); !done)
    return tl::unexpected(done.error());
  return open(file, std::move(key));
}

tl::expected<ReportKeys, IoFault> ReportKeys::open(const std::filesystem::path& file, KeysKey key) {
  crypto::Fd fd(::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.is_open()) return tl::unexpected(crypto::io_fault(errno));
  std::array<std::uint8_t, header_size> header{};
  if (::pread(fd.get(), header.data(), header.size(), 0) != static_cast<ssize_t>(header.size()) ||
      !std::equal(magic.begin(), magic.end(), header.begin()))
    return tl::unexpected(IoFault::failed);
  return ReportKeys(std::move(fd), std::move(key));
}

tl::expected<void, IoFault> ReportKeys::put(std::int64_t n, crypto::ByteView slot) {
  const auto written = ::pwrite(fd_.get(), slot.data(), slot.size(), offset_of(n));
  if (written == static_cast<ssize_t>(slot.size())) return {};
  return tl::unexpected(written < 0 ? crypto::io_fault(errno) : IoFault::disk_full);
}

tl::expected<ReportKey, IoFault> ReportKeys::add(std::int64_t n) {
  auto key = ReportKey::random();
  Slot slot;
  randombytes_buf(slot.data(), nonce_size);
  const auto place = place_of(n);
  crypto_aead_xchacha20poly1305_ietf_encrypt(slot.data() + nonce_size, nullptr, key.expose().data(),
                                             ReportKey::size, place.data(), place.size(), nullptr,
                                             slot.data(), key_.expose().data());
  if (auto done = put(n, slot); !done) return tl::unexpected(done.error());
  return key;
}

tl::expected<void, IoFault> ReportKeys::sync() {
  if (::fdatasync(fd_.get()) != 0) return tl::unexpected(crypto::io_fault(errno));
  return {};
}

std::optional<ReportKey> ReportKeys::get(std::int64_t n) const {
  Slot slot;
  if (::pread(fd_.get(), slot.data(), slot.size(), offset_of(n)) != static_cast<ssize_t>(slot.size()))
    return std::nullopt;
  const auto place = place_of(n);
  bool is_good = false;
  auto key = ReportKey::make([&](auto out) {
    is_good = crypto_aead_xchacha20poly1305_ietf_decrypt(
                  out.data(), nullptr, nullptr, slot.data() + nonce_size, slot.size() - nonce_size,
                  place.data(), place.size(), slot.data(), key_.expose().data()) == 0;
  });
  if (!is_good) return std::nullopt;
  return key;
}

tl::expected<void, IoFault> ReportKeys::destroy(std::int64_t n) {
  Slot slot;
  randombytes_buf(slot.data(), slot.size());
  for (int round = 0; round < 2; ++round) {
    if (auto done = put(n, slot); !done) return done;
    if (auto done = sync(); !done) return done;
    slot.fill(0);
  }
  return {};
}

}  // namespace sandyk::desk
