#include "desk/commands.h"

#include "crypto/seal/exit_code.h"

namespace sandyk::desk {

void add_commands(CLI::App& app, int& exit) {
  exit = crypto::exit_done;
  add_root(app, exit);
  add_keys(app, exit);
  add_keyring(app, exit);
  add_policy(app, exit);
  add_hold(app, exit);
  add_open(app, exit);
  add_case(app, exit);
  add_import(app, exit);
  add_serve(app, exit);
  add_retention(app, exit);
  add_page(app, exit);
  add_contacts(app, exit);
  add_answer(app, exit);
  add_answers(app, exit);
  add_board(app, exit);
  add_withdrawals(app, exit);
  add_withdraw(app, exit);
}

}  // namespace sandyk::desk
