#include "storage/midnight.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "storage/folder.h"

namespace sandyk::storage {
namespace {

constexpr std::time_t day_seconds = 24 * 60 * 60;

timespec midnight_of(const timespec& time, const std::optional<crypto::Date>& day) {
  if (day) return {std::chrono::sys_seconds(day->day()).time_since_epoch().count(), 0};
  return {time.tv_sec - time.tv_sec % day_seconds, 0};
}

bool same(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

}  // namespace

void set_file_to_midnight(const std::filesystem::path& path, std::optional<crypto::Date> day) {
  struct stat now {};
  if (::lstat(path.c_str(), &now) != 0) return;
  const timespec times[2] = {midnight_of(now.st_atim, day), midnight_of(now.st_mtim, day)};
  if (same(times[0], now.st_atim) && same(times[1], now.st_mtim)) return;  // its ctime stays what it was, too
  (void)::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW);
}

void set_to_midnight(const std::filesystem::path& folder, std::optional<crypto::Date> day,
                     const std::filesystem::path& except) {
  if (!except.empty() && folder == except) return;
  for (const std::string& name : names_in(folder)) {
    const auto path = folder / name;
    if (is_folder(path))
      set_to_midnight(path, day, except);
    else
      set_file_to_midnight(path, day);
  }
  set_file_to_midnight(folder, day);  // last: reading it has changed when it was read
}

}  // namespace sandyk::storage
