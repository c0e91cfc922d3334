// sandyk-desk: what staff use on a machine that never has a network. It opens no socket but that of the
// screen, on loopback, as long as `serve` runs. Whoever takes over this process has what its keys open, and
// nothing of the server.
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string_view>

#include "crypto/seal/exit_code.h"
#include "crypto/seal/process.h"
#include "desk/commands.h"
#include "desk/reader_process.h"

int main(int argc, char** argv) try {
  sandyk::crypto::start_process();
  umask(077);
  if (argc == 2 && std::string_view(argv[1]) == sandyk::desk::reader_word)
    return sandyk::desk::run_reader(sandyk::desk::reader_control);
  if (!sandyk::crypto::can_lock_memory())
    std::fputs(
        "sandyk-desk: memory cannot be locked (ulimit -l): keys could reach the swap. Use encrypted swap or "
        "none.\n",
        stderr);

  CLI::App app(
      "Sandyk's offline desk: makes keys, signs keyrings, opens reports. It needs no network and must have "
      "none.",
      "sandyk-desk");
  app.set_version_flag("--version", "sandyk-desk " SANDYK_VERSION);
  app.require_subcommand(1);
  app.footer(
      "The first time:\n"
      "  sandyk-desk root new --home root               on the machine of whoever holds the root key\n"
      "  sandyk-desk keys new --org ours --weeks 4      in each organisation\n"
      "  sandyk-desk keyring sign --home root *.json    with the public files of all of them\n"
      "  sandyk-desk policy new --home root --out policy.json, then policy sign\n"
      "Then, every time a vault comes in:\n"
      "  sandyk-desk open /media/usb/export --out reports --root-key root.pub --receipts "
      "/media/usb/receipts\n"
      "or, into one encrypted case file that `case new` made:\n"
      "  sandyk-desk import /media/usb/export --root-key root.pub --receipts /media/usb/receipts\n"
      "  sandyk-desk serve                              the screen, in this machine's own browser\n"
      "And when a week is over for good, as `keys due` says:\n"
      "  sandyk-desk keys destroy --week 2026-W48 --vault /media/usb/export --root-key root.pub\n"
      "Answer on boards, which everybody fetches whole:\n"
      "  sandyk-desk answer 1a2b3c4d --text answer.txt, then board --out /media/usb/boards\n"
      "\n"
      "Exit codes: 0 done, 1 not done, 2 wrong use, 3 did not verify, 4 wrong passphrase or no key, 5 partly "
      "done.");
  int exit = sandyk::crypto::exit_done;
  sandyk::desk::add_commands(app, exit);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? sandyk::crypto::exit_done : sandyk::crypto::exit_usage;
  }
  return exit;
} catch (const std::exception& e) {
  std::fprintf(stderr, "sandyk-desk: this should not happen: %s\n", e.what());
  return sandyk::crypto::exit_not_done;
}
