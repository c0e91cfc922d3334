#include "reporter/commands.h"

#include <fmt/format.h>
#include <unistd.h>

#include "crypto/seal/file.h"
#include "report/file_name.h"
#include "report/packing.h"
#include "reporter/connection.h"
#include "reporter/delivery.h"
#include "reporter/keyring_source.h"
#include "reporter/report_files.h"
#include "reporter/sealing.h"
#include "reporter/state.h"
#include "reporter/terminal.h"

namespace sandyk::reporter {
namespace {

void warn_of_exif(const Report& report) {
  for (const std::string& id : files_with_exif(report))
    notice(fmt::format(
        "File {} is a photograph with hidden data: it may show where, when and on which device it was "
        "made.",
        id));
}

std::string language_of(const Report& report) {
  return report.document.text("lang").value_or("en");
}

std::string contents_of(const Report& report) {
  const std::size_t n = report.contents.size();
  const std::string files = n == 0 ? "no files" : n == 1 ? "1 file" : fmt::format("{} files", n);
  return report.document.text("narrative") ? "text and " + files : files;
}

/// The answer can be read with the receipt alone, so a receipt that nobody saw is a failure.
Outcome show(const crypto::ReceiptCode& receipt, const std::string& lang) {
  if (show_receipt(receipt, lang)) return {};
  return failure(crypto::exit_not_done,
                 "The receipt code could not be shown: standard output cannot be written.");
}

Outcome send_kept(const SendOptions& options) {
  const auto sealed = read_kept(options.state);
  if (!sealed) return tl::unexpected(sealed.error());
  auto connection = connect(options.route);
  if (!connection) return tl::unexpected(connection.error());
  say("Going on with the report that the state file keeps. Its receipt code was shown when it was sealed.");
  if (auto sent = send_to(*connection, {connection->address}, *sealed); !sent) return sent;
  std::filesystem::remove(options.state);
  return {};
}

}  // namespace

Outcome send(const SendOptions& options) {
  if (!options.state.empty() && std::filesystem::exists(options.state)) return send_kept(options);
  const auto root = read_root_key(options.root_key);
  if (!root) return tl::unexpected(root.error());
  const auto report = read_report(options.report, options.files);
  if (!report) return tl::unexpected(report.error());
  warn_of_exif(*report);
  auto connection = connect(options.route);
  if (!connection) return tl::unexpected(connection.error());
  const auto keyring = fetch_keyring(connection->client, connection->address, *root, crypto::Date::today(),
                                     connection->patience, [](const std::string& line) { notice(line); });
  if (!keyring) return tl::unexpected(keyring.error());
  const auto sealed = seal_report(*report, *keyring, *root, options.only);
  if (!sealed) return tl::unexpected(sealed.error());

  const std::string lang = language_of(*report);
  if (!options.state.empty()) {
    // A later run goes on with what is kept and cannot know the receipt: it must be seen now.
    if (auto kept = keep(options.state, sealed->sealed); !kept) return kept;
    if (auto shown = show(sealed->receipt, lang); !shown) return shown;
  }
  if (auto sent = send_to(*connection, nodes_for(*connection, options.route, *keyring), sealed->sealed);
      !sent)
    return sent;
  say(fmt::format("It contains {}.", contents_of(*report)));
  if (options.state.empty()) return show(sealed->receipt, lang);
  std::filesystem::remove(options.state);
  return {};
}

Outcome seal(const SealOptions& options) {
  const auto root = read_root_key(options.root_key);
  if (!root) return tl::unexpected(root.error());
  const auto keyring = read_keyring(options.keyring, *root, crypto::Date::today());
  if (!keyring) return tl::unexpected(keyring.error());
  const auto report = read_report(options.report, options.files);
  if (!report) return tl::unexpected(report.error());
  warn_of_exif(*report);
  const auto sealed = seal_report(*report, *keyring, *root, options.only);
  if (!sealed) return tl::unexpected(sealed.error());
  const std::string name = report::sealed_file_name(sealed->sealed.week);
  const auto written =
      crypto::write_file(options.out / name, sealed->sealed.bytes, 0600, crypto::NewFile::Replace::no);
  if (!written)
    return failure(crypto::exit_not_done,
                   fmt::format("The sealed file cannot be written: {}.", crypto::sentence(written.error())));
  say(fmt::format("Sealed {} into {}. Anybody may carry it; it can arrive until {}.", contents_of(*report),
                  name, keyring->content().accept_until.text()));
  return show(sealed->receipt, language_of(*report));
}

Outcome send_sealed(const SendSealedOptions& options) {
  const auto sealed = read_sealed(options.file, options.week);
  if (!sealed) return tl::unexpected(sealed.error());
  auto connection = connect(options.route);
  if (!connection) return tl::unexpected(connection.error());
  return send_to(*connection, {connection->address}, *sealed);
}

Outcome pack(const PackOptions& options) {
  const auto report = read_report(options.report, options.files);
  if (!report) return tl::unexpected(report.error());
  warn_of_exif(*report);
  const std::string document = report->document.write();
  auto out = crypto::NewFile::create(options.out);
  tl::expected<void, crypto::IoFault> written;
  if (!out) {
    written = tl::unexpected(out.error());
  } else {
    const auto packed =
        report::pack(crypto::bytes_of(document), std::nullopt, report->files(), [&](crypto::ByteView bytes) {
          written = out->write(bytes);
          return written.has_value();
        });
    if (!packed && packed.error() == report::PackFault::too_large)
      return failure(crypto::exit_usage,
                     "The report with its files takes more than 32 MiB. Send the files in further reports.");
    if (written) written = out->commit(crypto::NewFile::Replace::no);
  }
  if (!written)
    return failure(crypto::exit_not_done,
                   fmt::format("The packed file cannot be written: {}.", crypto::sentence(written.error())));
  say("Packed, and not sealed: anybody can read this file. Seal it with age to every organisation of the "
      "week's keyring,");
  say("in the order of the keyring (age -r age1pq1… -r age1pq1… -o report.age FILE.tar), then delete it.");
  say("A report sealed in this way has no receipt code, and cannot be answered.");
  return {};
}

}  // namespace sandyk::reporter
