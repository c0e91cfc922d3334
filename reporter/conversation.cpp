#include "reporter/conversation.h"

#include <fmt/format.h>

#include "crypto/seal/file.h"
#include "report/text.h"
#include "reporter/board_source.h"
#include "reporter/connection.h"
#include "reporter/keyring_source.h"
#include "reporter/receipt_prompt.h"
#include "reporter/report_files.h"
#include "reporter/sealing.h"
#include "reporter/terminal.h"

namespace sandyk::reporter {
namespace {

using report::ThreadKind;

/// Everything that comes from the server before it is said what it is for.
struct Site {
  crypto::VerifyKey root;
  Connection connection;
  crypto::Keyring keyring;
};

tl::expected<Site, Failure> reach(const Route& route, const std::string& root_key) {
  const auto root = read_root_key(root_key);
  if (!root) return tl::unexpected(root.error());
  auto connection = connect(route);
  if (!connection) return tl::unexpected(connection.error());
  auto keyring = fetch_keyring(connection->client, connection->address, *root, crypto::Date::today(),
                               connection->patience, [](const std::string& line) { notice(line); });
  if (!keyring) return tl::unexpected(keyring.error());
  return Site{*root, std::move(*connection), std::move(*keyring)};
}

tl::expected<Boards, Failure> boards_of(Site& site) {
  auto boards =
      fetch_boards(site.connection.client, site.connection.address, site.keyring, crypto::Date::today(),
                   site.connection.patience, [](const std::string& line) { notice(line); });
  if (boards)
    for (const std::string& remark : boards->remarks) notice(remark);
  return boards;
}

std::string name_of(const crypto::Keyring& keyring, const std::string& id, const std::string& lang) {
  for (const auto& one : keyring.content().organisations)
    if (one.id == id) return lang == "ru" ? one.name.ru : lang == "ky" ? one.name.ky : one.name.en;
  return id;
}

void show(const std::vector<FoundAnswer>& answers, const crypto::Keyring& keyring, const std::string& lang) {
  if (answers.empty()) say("There is no answer for this code, now.");
  for (const FoundAnswer& answer : answers)
    say(fmt::format("\n{}, {}\n", report::harmless(name_of(keyring, answer.organisation, lang)),
                    report::harmless(crypto::text_of(answer.text))));
}

Outcome verdict(const Boards& boards) {
  if (boards.has_unverified)
    return failure(crypto::exit_unverified, "Not every board could be verified: see above.");
  return {};
}

/// The words of a report that says nothing but its kind.
Report empty_report(std::string_view words) {
  const std::string json = fmt::format(R"({{"v": "1.0.0", "narrative": "{}"}})", words);
  return {report::Document::parse(crypto::bytes_of(json)).value(), {}};
}

tl::expected<Report, Failure> report_of(const ReplyOptions& options) {
  if (options.report.empty()) return empty_report("I withdraw my report.");
  return read_report(options.report, options.files);
}

/// What the boards say to whoever has the code, which is asked for once they are all there.
struct Taken {
  Site site;
  Boards boards;
  crypto::ThreadKeys keys;
  std::vector<FoundAnswer> answers;
};

tl::expected<Taken, Failure> take_up(const Route& route, const std::string& root_key,
                                     const std::string& lang) {
  auto site = reach(route, root_key);
  if (!site) return tl::unexpected(site.error());
  auto boards = boards_of(*site);
  if (!boards) return tl::unexpected(boards.error());
  const auto code = ask_receipt_code();
  if (!code) return tl::unexpected(code.error());
  auto keys = crypto::derive_thread_keys(*code, site->root);
  auto found = answers_on(*boards, site->keyring, keys.reply_key);
  show(found, site->keyring, lang);
  return Taken{std::move(*site), std::move(*boards), std::move(keys), std::move(found)};
}

Outcome send_in_thread(Site& site, const Route& route, const Report& report, const crypto::ThreadKeys& keys,
                       InThread how, const std::vector<std::string>& only) {
  const auto sealed = seal_in_thread(report, site.keyring, keys, std::move(how), only);
  if (!sealed) return tl::unexpected(sealed.error());
  return send_to(site.connection, nodes_for(site.connection, route, site.keyring), *sealed);
}

}  // namespace

Outcome answers(const AnswersOptions& options) {
  const auto taken = take_up(options.route, options.root_key, options.lang);
  return taken ? verdict(taken->boards) : tl::unexpected(taken.error());
}

Outcome reply(const ReplyOptions& options) {
  const auto report = report_of(options);
  if (!report) return tl::unexpected(report.error());
  auto taken = take_up(options.route, options.root_key, report->document.text("lang").value_or("en"));
  if (!taken) return tl::unexpected(taken.error());
  const auto kind = options.withdraws ? ThreadKind::withdraw : ThreadKind::followup;
  if (auto sent = send_in_thread(taken->site, options.route, *report, taken->keys,
                                 {kind, proofs_of(taken->answers, taken->keys.reply_key)}, options.only);
      !sent)
    return sent;
  say(options.withdraws
          ? "It says that you withdraw your report. Whoever has opened it is asked to delete it; "
            "copies that were handed out before are not reached."
          : "It is added to your report; the same receipt code reads the answer.");
  return verdict(taken->boards);
}

Outcome cover(const CoverOptions& options) {
  auto site = reach(options.route, options.root_key);
  if (!site) return tl::unexpected(site.error());
  const auto keys = crypto::derive_thread_keys(crypto::ReceiptCode::random(), site->root);
  if (auto sent =
          send_in_thread(*site, options.route, empty_report("Nothing."), keys, {ThreadKind::cover, {}}, {});
      !sent)
    return sent;
  say("It was an empty report, which the organisations drop. The server cannot tell it from another.");
  return {};
}

}  // namespace sandyk::reporter
