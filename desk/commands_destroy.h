// `keys destroy` and `keys destroy-unread`: see commands_keys.cpp for the rest of the group.
#pragma once

#include <CLI/CLI.hpp>

namespace sandyk::desk {

void add_destroy(CLI::App& keys, int& exit);
void add_destroy_unread(CLI::App& keys, int& exit);

}  // namespace sandyk::desk
