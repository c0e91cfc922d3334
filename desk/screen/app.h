// The screen's page: what the browser runs. Built from desk/screen/app, embedded.
#pragma once

#include <span>
#include <string_view>

namespace sandyk::desk {

struct AppFile {
  std::string_view path, type, bytes;
};

/// Every file of the page, each under the path where the browser asks for it.
std::span<const AppFile> app_files();

}  // namespace sandyk::desk
