#include "storage/log_tidy.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <chrono>
#include <system_error>

#include "storage/folder.h"

namespace sandyk::storage {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view partial = ".p";
constexpr std::string_view unfinished = ".part";

struct Times {
  timespec access_and_change[2];
};

Times midnight_of(crypto::Date day) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(day.day().time_since_epoch()).count();
  const timespec time{static_cast<time_t>(seconds), 0};
  return Times{{time, time}};
}

bool is_left_over(const fs::path& path) {
  const std::string name = path.filename().string();
  if (name.starts_with('.') && name.ends_with(unfinished)) return is_file(path);
  if (!name.ends_with(partial) || !is_folder(path)) return false;
  return is_file(path.parent_path() / name.substr(0, name.size() - partial.size()));
}

/// A folder's time is set after all that changes it.
void tidy(const fs::path& path, crypto::Date day) {
  if (is_folder(path)) {
    for (const std::string& name : names_in(path)) {
      const auto inside = path / name;
      std::error_code ignored;
      if (is_left_over(inside))
        fs::remove_all(inside, ignored);
      else
        tidy(inside, day);
    }
  }
  set_day(path, day);
}

}  // namespace

void set_day(const fs::path& path, crypto::Date day) {
  (void)::utimensat(AT_FDCWD, path.c_str(), midnight_of(day).access_and_change, AT_SYMLINK_NOFOLLOW);
}

void tidy_log(const fs::path& folder, crypto::Date day) {
  tidy(folder, day);
}

}  // namespace sandyk::storage
