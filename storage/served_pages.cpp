#include "storage/served_pages.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace sandyk::storage {
namespace {

constexpr const char* vfs_name = "sandyk-pages";
const ServedPages* served = nullptr;

// What SQLite calls. Whatever would write, wait or look elsewhere is refused.
int close_file(sqlite3_file*) {
  return SQLITE_OK;
}
int read_file(sqlite3_file*, void* out, int size, sqlite3_int64 offset) {
  auto* to = static_cast<std::uint8_t*>(out);
  auto left = static_cast<std::size_t>(size);
  std::memset(to, 0, left);
  auto at = static_cast<std::uint64_t>(offset);
  while (left > 0) {
    const std::uint64_t number = at / ServedPages::page_size + 1;
    if (number > served->count) return SQLITE_IOERR_SHORT_READ;
    const auto page = served->read(static_cast<std::uint32_t>(number));
    if (!page) return SQLITE_IOERR_READ;
    const std::size_t from = at % ServedPages::page_size,
                      piece = std::min(left, ServedPages::page_size - from);
    std::memcpy(to, page->data() + from, piece);
    to += piece;
    left -= piece;
    at += piece;
  }
  return SQLITE_OK;
}
int write_file(sqlite3_file*, const void*, int, sqlite3_int64) {
  return SQLITE_READONLY;
}
int truncate_file(sqlite3_file*, sqlite3_int64) {
  return SQLITE_READONLY;
}
int sync_file(sqlite3_file*, int) {
  return SQLITE_OK;
}
int size_of_file(sqlite3_file*, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(served->count) * static_cast<sqlite3_int64>(ServedPages::page_size);
  return SQLITE_OK;
}
int lock_file(sqlite3_file*, int) {
  return SQLITE_OK;
}
int is_reserved(sqlite3_file*, int* out) {
  *out = 0;
  return SQLITE_OK;
}
int control_file(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}
int sector_size(sqlite3_file*) {
  return static_cast<int>(ServedPages::page_size);
}
int characteristics(sqlite3_file*) {
  return SQLITE_IOCAP_IMMUTABLE;
}

constexpr sqlite3_io_methods methods = {
    1,         close_file, read_file,   write_file,   truncate_file, sync_file,       size_of_file,
    lock_file, lock_file,  is_reserved, control_file, sector_size,   characteristics, nullptr,
    nullptr,   nullptr,    nullptr,     nullptr,      nullptr};

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;
  if (name == nullptr || (flags & SQLITE_OPEN_MAIN_DB) == 0 || served == nullptr) return SQLITE_CANTOPEN;
  file->pMethods = &methods;
  if (out_flags != nullptr) *out_flags = SQLITE_OPEN_READONLY;
  return SQLITE_OK;
}
int delete_file(sqlite3_vfs*, const char*, int) {
  return SQLITE_READONLY;
}
int access_file(sqlite3_vfs*, const char*, int, int* out) {
  *out = 0;  // no journal, no log
  return SQLITE_OK;
}
int full_name(sqlite3_vfs*, const char* name, int size, char* out) {
  const std::size_t length = std::strlen(name);
  if (length + 1 > static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
  std::memcpy(out, name, length + 1);
  return SQLITE_OK;
}
int randomness(sqlite3_vfs*, int size, char* out) {
  std::memset(out, 0, static_cast<std::size_t>(size));  // nothing here needs any
  return size;
}
int sleep_for(sqlite3_vfs*, int) {
  return 0;
}
int now(sqlite3_vfs*, double* out) {
  *out = 0;
  return SQLITE_OK;
}
int last_error(sqlite3_vfs*, int, char*) {
  return 0;
}

sqlite3_vfs* make_vfs() {
  static sqlite3_vfs vfs = [] {
    sqlite3_vfs v{};
    v.iVersion = 1;
    v.szOsFile = static_cast<int>(sizeof(sqlite3_file));
    v.mxPathname = 64;
    v.zName = vfs_name;
    v.xOpen = open_file;
    v.xDelete = delete_file;
    v.xAccess = access_file;
    v.xFullPathname = full_name;
    v.xRandomness = randomness;
    v.xSleep = sleep_for;
    v.xCurrentTime = now;
    v.xGetLastError = last_error;
    return v;
  }();
  return &vfs;
}

}  // namespace

const char* serve_pages(const ServedPages* pages) {
  static const bool is_known = sqlite3_vfs_register(make_vfs(), 0) == SQLITE_OK;
  if (!is_known) throw std::runtime_error("SQLite does not take a way of reading");
  served = pages;
  return vfs_name;
}

}  // namespace sandyk::storage
