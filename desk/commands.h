// The commands of sandyk-desk: options in, sentences and an exit code out.
#pragma once

#include <CLI/CLI.hpp>

namespace sandyk::desk {

/// Adds every command to `app`. Running one sets `exit` to its exit code.
void add_commands(CLI::App& app, int& exit);

}  // namespace sandyk::desk
