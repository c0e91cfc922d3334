// sandyk-report: what a reporter uses on the command line. It reads what the flags name, talks to the one
// server (or proxy) that they name, and keeps nothing. Whoever takes over this process learns the report
// being sent and its receipt code; it holds no other secret.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <optional>

#include "crypto/seal/exit_code.h"
#include "crypto/seal/process.h"
#include "reporter/commands.h"
#include "reporter/conversation.h"
#include "reporter/terminal.h"

namespace {

using namespace sandyk::reporter;

constexpr const char* about =
    "Seals a report on this device and sends it to a Sandyk intake, which cannot open it.\n\n"
    "  sandyk-report send --to https://intake.example.org --root-key root.pub report.json --file "
    "photo.jpg\n\n"
    "report.json holds the fields of the vocabulary; the smallest is {\"v\": \"1.0.0\", \"narrative\": "
    "\"What happened\"}.\n"
    "The root key comes from people you trust, not from the server. When the report has arrived, a receipt "
    "code is\n"
    "shown once: write it on paper. Nothing is kept on the device.\n\n"
    "Exit codes: 0 done, 1 not done (network, refused), 2 usage or bad report, 3 verification failed.";

void add_route(CLI::App& command, Route& route) {
  route.tries = 9;
  command.add_option("--to", route.to, "The intake: https://HOST[:PORT], or http://….onion with --proxy")
      ->required();
  command.add_option("--ca", route.ca_file, "Trust this certificate authority (PEM) instead of the system's");
  command.add_option("--pin", route.pin, "Also require this public key: sha256//<base64>");
  command.add_option("--proxy", route.proxy, "Go through Tor: socks5h://127.0.0.1:9050");
  command.add_option("--tries", route.tries, "Give up after so many tries (9: about ten minutes)")
      ->check(CLI::Range(1U, 1000U));
}

void add_report(CLI::App& command, std::filesystem::path& report, std::vector<std::string>& files) {
  command.add_option("report", report, "The report, JSON")->required();
  command
      .add_option(
          "--file", files,
          "Attach a file, up to 5 times: [KIND:]PATH. KIND is screenshot, photo, video, audio, document, "
          "message_export or log; without it the content decides. The file's name is not sent.")
      ->allow_extra_args(false);
}

void add_root_key(CLI::App& command, std::string& root_key) {
  command.add_option("--root-key", root_key, "The site's root key: a .pub file, or its base64 line")
      ->required();
}

void add_keys(CLI::App& command, std::string& root_key, std::vector<std::string>& only) {
  add_root_key(command, root_key);
  command.add_option("--only", only, "Only this organisation (its id) can open the report; may be repeated")
      ->allow_extra_args(false);
}

/// The commands that talk back; the receipt code is asked for, and is never an argument.
struct Talk {
  AnswersOptions answers_options;
  ReplyOptions reply_options, withdraw_options;
  CoverOptions cover_options;
  CLI::App *answers_command, *reply_command, *withdraw_command, *cover_command;

  void add(CLI::App& app) {
    answers_command =
        app.add_subcommand("answers", "Read what the organisations answer; asks for the receipt code");
    add_route(*answers_command, answers_options.route);
    add_root_key(*answers_command, answers_options.root_key);
    answers_command->add_option("--lang", answers_options.lang, "Language of the organisations' names")
        ->check(CLI::IsMember({"en", "ru", "ky"}));
    reply_command =
        app.add_subcommand("reply", "Read the answers, and add to your report; asks for the receipt code");
    add_route(*reply_command, reply_options.route);
    add_keys(*reply_command, reply_options.root_key, reply_options.only);
    add_report(*reply_command, reply_options.report, reply_options.files);
    withdraw_command = app.add_subcommand("withdraw", "Take your report back; asks for the receipt code");
    add_route(*withdraw_command, withdraw_options.route);
    add_root_key(*withdraw_command, withdraw_options.root_key);
    withdraw_options.withdraws = true;
    cover_command = app.add_subcommand(
        "cover", "Send an empty report that the organisations drop, so that sending says less about you");
    add_route(*cover_command, cover_options.route);
    add_root_key(*cover_command, cover_options.root_key);
  }

  /// Nothing when none of them was asked for.
  std::optional<Outcome> run() const {
    if (answers_command->parsed()) return answers(answers_options);
    if (reply_command->parsed()) return reply(reply_options);
    if (withdraw_command->parsed()) return reply(withdraw_options);
    if (cover_command->parsed()) return cover(cover_options);
    return std::nullopt;
  }
};

int report_outcome(const Outcome& outcome) {
  std::fflush(stdout);
  if (outcome) return sandyk::crypto::exit_done;
  notice("sandyk-report: " + outcome.error().say);
  return outcome.error().code;
}

int run(int argc, char** argv) {
  CLI::App app(about, "sandyk-report");
  app.set_version_flag("--version", "sandyk-report " SANDYK_VERSION);
  app.require_subcommand(1);

  SendOptions send_options;
  CLI::App* send_command = app.add_subcommand("send", "Seal a report and send it");
  add_route(*send_command, send_options.route);
  add_keys(*send_command, send_options.root_key, send_options.only);
  add_report(*send_command, send_options.report, send_options.files);
  send_command->add_option("--state", send_options.state,
                           "Keep the sealed report here until it has arrived; the same command then goes on");

  SealOptions seal_options;
  CLI::App* seal_command =
      app.add_subcommand("seal", "Seal a report into a file, for another way of sending");
  add_keys(*seal_command, seal_options.root_key, seal_options.only);
  seal_command->add_option("--keyring", seal_options.keyring, "The week's keyring, with its .minisig beside")
      ->required();
  seal_command->add_option("--out", seal_options.out, "The folder for report-<week>-<random>.age")
      ->required();
  add_report(*seal_command, seal_options.report, seal_options.files);

  SendSealedOptions sealed_options;
  CLI::App* sealed_command = app.add_subcommand("send-sealed", "Send a file that somebody else sealed");
  add_route(*sealed_command, sealed_options.route);
  sealed_command->add_option("file", sealed_options.file, "The sealed file")->required();
  sealed_command->add_option("--week", sealed_options.week,
                             "The week it was sealed for, if its name does not say so");

  Talk talk;
  talk.add(app);

  PackOptions pack_options;
  CLI::App* pack_command =
      app.add_subcommand("pack", "Pack a report for sealing with stock age: no receipt, no answer");
  pack_command->add_option("--out", pack_options.out, "The tar to write")->required();
  add_report(*pack_command, pack_options.report, pack_options.files);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? sandyk::crypto::exit_done : sandyk::crypto::exit_usage;
  }
  if (const auto outcome = talk.run()) return report_outcome(*outcome);
  if (send_command->parsed()) return report_outcome(send(send_options));
  if (seal_command->parsed()) return report_outcome(seal(seal_options));
  if (sealed_command->parsed()) return report_outcome(send_sealed(sealed_options));
  return report_outcome(pack(pack_options));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    sandyk::crypto::start_process();
    return run(argc, argv);
  } catch (const std::bad_alloc&) {
    notice("sandyk-report: there is not enough memory.");
  } catch (const std::exception&) {
    notice("sandyk-report: something inside failed that should not. Nothing more is known.");
  }
  return sandyk::crypto::exit_not_done;
}
