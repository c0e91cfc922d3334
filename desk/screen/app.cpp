#include "desk/screen/app.h"

#include <array>

namespace sandyk::desk {
namespace {

constexpr std::array files = {
    AppFile{"/", "text/html; charset=utf-8",
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sandyk</title><p>The screen's "
            "page is "
            "not in this build.</p></html>\n"},
};

}  // namespace

std::span<const AppFile> app_files() {
  return files;
}

}  // namespace sandyk::desk
