// The commands of sandyk-desk: options in, sentences and an exit code out.
#pragma once

#include <CLI/CLI.hpp>

namespace sandyk::desk {

/// Adds every command to `app`. Running one sets `exit` to its exit code.
void add_commands(CLI::App& app, int& exit);

// Each group of commands, in a file of its own.
void add_root(CLI::App& app, int& exit);           // commands_keyring.cpp
void add_keyring(CLI::App& app, int& exit);        // commands_keyring.cpp
void add_keys(CLI::App& app, int& exit);           // commands_keys.cpp, commands_destroy.cpp
void add_policy(CLI::App& app, int& exit);         // commands_policy.cpp
void add_hold(CLI::App& app, int& exit);           // commands_policy.cpp
void add_open(CLI::App& app, int& exit);           // commands_open.cpp
void add_case(CLI::App& app, int& exit);           // commands_case.cpp
void add_case_shares(CLI::App& group, int& exit);  // commands_shares.cpp
void add_casework(CLI::App& group, int& exit);     // commands_casework.cpp
void add_retention(CLI::App& app, int& exit);      // commands_retention.cpp
void add_import(CLI::App& app, int& exit);         // commands_import.cpp
void add_serve(CLI::App& app, int& exit);          // commands_serve.cpp
void add_page(CLI::App& app, int& exit);           // commands_page.cpp
void add_contacts(CLI::App& app, int& exit);       // commands_page.cpp
void add_answer(CLI::App& app, int& exit);         // commands_answer.cpp
void add_answers(CLI::App& app, int& exit);        // commands_answer.cpp
void add_board(CLI::App& app, int& exit);          // commands_board.cpp
void add_withdrawals(CLI::App& app, int& exit);    // commands_withdraw.cpp
void add_withdraw(CLI::App& app, int& exit);       // commands_withdraw.cpp

}  // namespace sandyk::desk
