#include "desk/screen/app.h"

#include <array>

namespace sandyk::desk {

extern const std::string_view built_screen, built_screen_script, built_screen_style;

std::span<const AppFile> app_files() {
  static const std::array files = {
      AppFile{"/", "text/html; charset=utf-8", built_screen},
      AppFile{"/assets/app.js", "text/javascript; charset=utf-8", built_screen_script},
      AppFile{"/assets/app.css", "text/css; charset=utf-8", built_screen_style},
  };
  return files;
}

}  // namespace sandyk::desk
