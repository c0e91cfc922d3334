#include "storage/cipher_pages.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "storage/folder.h"
#include "storage/layout.h"

namespace sandyk::storage {
namespace {

// A page is ciphertext, 16 bytes of IV, 64 of HMAC-SHA-512 over both and the page's number. On the first page
// the salt stands in place of the first 16 bytes.
constexpr std::size_t salt_size = 16, iv_size = 16, mac_size = 64, reserve = iv_size + mac_size;
constexpr std::uint8_t mac_salt_mask = 0x3a;
constexpr int mac_key_rounds = 2;
constexpr std::string_view sqlite_magic{"SQLite format 3\0", 16};
using MacKey = crypto::Secret<struct PageMacKeyKind, 32>;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};

crypto::EpochKey copy_of(const crypto::EpochKey& key) {
  return crypto::EpochKey::make([&](auto out) { std::ranges::copy(key.expose(), out.begin()); });
}

bool read_exactly(int fd, std::span<std::uint8_t> out, std::uint64_t at) {
  return ::pread(fd, out.data(), out.size(), static_cast<off_t>(at)) == static_cast<ssize_t>(out.size());
}

std::uint64_t size_of(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size)
                                                              : 0;
}

}  // namespace

std::uint32_t WalReader::word(const std::uint8_t* at) const {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < 4; ++i) value = (value << 8) | at[is_big_endian_ ? i : 3 - i];
  return value;
}

void WalReader::sum(std::span<const std::uint8_t> bytes) {
  for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
    sum_[0] += word(bytes.data() + at) + sum_[1];
    sum_[1] += word(bytes.data() + at + 4) + sum_[0];
  }
}

namespace {

/// Numbers in headers are big-endian, whatever the sums are.
std::uint32_t number_at(const std::uint8_t* at) {
  return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3];
}

}  // namespace

bool WalReader::header(std::span<const std::uint8_t, header_size> bytes) {
  constexpr std::uint32_t magic = 0x377f0682, version = 3007000;
  const std::uint32_t found = number_at(bytes.data());
  is_big_endian_ = found == magic + 1;
  if ((found != magic && !is_big_endian_) || number_at(bytes.data() + 4) != version ||
      number_at(bytes.data() + 8) != layout::page_size)
    return false;
  salt_[0] = number_at(bytes.data() + 16);
  salt_[1] = number_at(bytes.data() + 20);
  sum(bytes.first(24));
  return number_at(bytes.data() + 24) == sum_[0] && number_at(bytes.data() + 28) == sum_[1];
}

bool WalReader::frame(std::span<const std::uint8_t, frame_size> bytes) {
  const std::uint32_t page = number_at(bytes.data()), pages_then = number_at(bytes.data() + 4);
  if (page == 0 || number_at(bytes.data() + 8) != salt_[0] || number_at(bytes.data() + 12) != salt_[1])
    return false;
  sum(bytes.first(8));
  sum(bytes.subspan(24));
  if (number_at(bytes.data() + 16) != sum_[0] || number_at(bytes.data() + 20) != sum_[1]) return false;
  pending_[page] = next_ + 24;
  next_ += frame_size;
  if (pages_then != 0) {
    for (const auto& [number, place] : pending_) committed_.pages[number] = place;
    committed_.page_count = pages_then;
    pending_.clear();
  }
  return true;
}

struct CipherPages::Impl {
  crypto::Fd database, log;
  crypto::EpochKey key;
  MacKey mac_key;
  WalFrames frames;
  std::uint32_t count = 0;

  void read_log();
  bool read_sealed(std::uint32_t number, Page& page) const;
  bool has_good_mac(std::uint32_t number, const Page& page) const;
};

void CipherPages::Impl::read_log() {
  std::array<std::uint8_t, WalReader::header_size> header;
  crypto::Bytes frame(WalReader::frame_size);
  WalReader reader;
  if (!read_exactly(log.get(), header, 0) || !reader.header(header)) return;
  for (std::uint64_t at = header.size(); read_exactly(log.get(), frame, at); at += frame.size())
    if (!reader.frame(std::span<const std::uint8_t, WalReader::frame_size>(frame))) break;
  frames = reader.committed();
  if (frames.page_count != 0) count = frames.page_count;
}

bool CipherPages::Impl::read_sealed(std::uint32_t number, Page& page) const {
  if (number == 0 || number > count) return false;
  const auto found = frames.pages.find(number);
  if (found != frames.pages.end()) return read_exactly(log.get(), page, found->second);
  return read_exactly(database.get(), page, std::uint64_t{number - 1} * page_size);
}

bool CipherPages::Impl::has_good_mac(std::uint32_t number, const Page& page) const {
  const std::size_t skip = number == 1 ? salt_size : 0;
  const std::size_t covered = page_size - mac_size - skip;
  crypto::Bytes input(page.begin() + static_cast<std::ptrdiff_t>(skip),
                      page.begin() + static_cast<std::ptrdiff_t>(skip + covered));
  for (unsigned i = 0; i < 4; ++i) input.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
  std::array<std::uint8_t, mac_size> mac;
  unsigned size = 0;
  const auto secret = mac_key.expose();
  if (HMAC(EVP_sha512(), secret.data(), static_cast<int>(secret.size()), input.data(), input.size(),
           mac.data(), &size) == nullptr)
    return false;
  return size == mac.size() && sodium_memcmp(mac.data(), page.data() + page_size - mac_size, mac.size()) == 0;
}

CipherPages::CipherPages(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CipherPages::CipherPages(CipherPages&&) noexcept = default;
CipherPages::~CipherPages() = default;

tl::expected<CipherPages, PagesFault> CipherPages::open(const std::filesystem::path& folder,
                                                        const crypto::EpochKey& key) {
  const auto path = folder / layout::database, log_path = folder / layout::database_log;
  if (!is_file(path)) return tl::unexpected(PagesFault::no_database);
  auto database = crypto::open_for_reading(path);
  if (!database) return tl::unexpected(PagesFault::failed);
  std::array<std::uint8_t, salt_size> salt;
  if (!read_exactly(database->get(), salt, 0)) return tl::unexpected(PagesFault::wrong_key);
  for (std::uint8_t& byte : salt) byte ^= mac_salt_mask;
  const auto secret = key.expose();
  auto mac_key = MacKey::make([&](auto out) {
    if (PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(secret.data()), static_cast<int>(secret.size()),
                          salt.data(), static_cast<int>(salt.size()), mac_key_rounds, EVP_sha512(),
                          static_cast<int>(out.size()), out.data()) != 1)
      throw std::bad_alloc();
  });
  const std::uint64_t pages = size_of(database->get()) / page_size;
  auto impl =
      std::unique_ptr<Impl>(new Impl{std::move(*database),
                                     {},
                                     copy_of(key),
                                     std::move(mac_key),
                                     {},
                                     static_cast<std::uint32_t>(std::min<std::uint64_t>(pages, 0xFFFFFFFE))});
  if (is_file(log_path) && !is_file(folder / layout::closed)) {
    auto log = crypto::open_for_reading(log_path);
    if (!log) return tl::unexpected(PagesFault::failed);
    impl->log = std::move(*log);
    impl->read_log();
  }
  CipherPages result(std::move(impl));
  if (!result.read(1)) return tl::unexpected(PagesFault::wrong_key);
  return result;
}

std::uint32_t CipherPages::count() const {
  return impl_->count;
}

std::optional<CipherPages::Page> CipherPages::read(std::uint32_t number) const {
  Page page{}, clear{};
  if (!impl_->read_sealed(number, page) || !impl_->has_good_mac(number, page)) return std::nullopt;
  const std::size_t skip = number == 1 ? salt_size : 0;
  const std::size_t size = page_size - reserve - skip;
  const std::unique_ptr<EVP_CIPHER_CTX, FreeCipher> context(EVP_CIPHER_CTX_new());
  int written = 0, rest = 0;
  const bool is_good =
      context != nullptr &&
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, impl_->key.expose().data(),
                         page.data() + page_size - reserve) == 1 &&
      EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
      EVP_DecryptUpdate(context.get(), clear.data() + skip, &written, page.data() + skip,
                        static_cast<int>(size)) == 1 &&
      EVP_DecryptFinal_ex(context.get(), clear.data() + skip + written, &rest) == 1;
  if (!is_good) return std::nullopt;
  if (number == 1) std::ranges::copy(sqlite_magic, clear.begin());
  return clear;
}

}  // namespace sandyk::storage
