#include "desk/file_opening.h"

#include <fmt/format.h>

#include <system_error>

#include "crypto/open/age/armor.h"
#include "crypto/seal/file.h"
#include "crypto/seal/size_class.h"
#include "desk/delivery.h"
#include "report/file_name.h"

namespace sandyk::desk {
namespace {

namespace fs = std::filesystem;
using crypto::exit_usage;
using crypto::Week;

/// The bytes of the binary file. Armor adds a third and the ends of lines.
tl::expected<crypto::Bytes, Problem> read_binary(const fs::path& file) {
  const std::uint64_t most = crypto::sealed_length(crypto::size_classes.back(), crypto::age::max_recipients);
  auto bytes = crypto::read_file(file, most * 3 / 2);
  if (!bytes)
    return problem(fmt::format("{} cannot be read: {}.", file.string(), crypto::sentence(bytes.error())));
  if (!crypto::age::looks_armored(*bytes)) return std::move(*bytes);
  const auto text = crypto::source_of(*bytes);
  crypto::age::ArmorReader armor(text);
  crypto::Bytes binary(bytes->size());
  const auto size = crypto::fill(std::ref(armor), binary);
  if (!size)
    return problem(fmt::format("{}: {}.", file.string(), sentence(crypto::age::OpenFault::armor)),
                   exit_usage);
  binary.resize(*size);
  return binary;
}

}  // namespace

tl::expected<OpeningSummary, Problem> open_sealed_file(const OpeningSettings& settings,
                                                       std::optional<Week> week, Identities& identities,
                                                       const std::function<void(const Delivered&)>& deliver) {
  if (!week) week = report::week_of_file_name(settings.vault.filename().string());
  if (!week)
    return problem(
        "The file's name does not say its week (report-2026-W48-….age). Say it with --week 2026-W48.",
        exit_usage);
  const auto sealed = read_binary(settings.vault);
  if (!sealed) return tl::unexpected(sealed.error());
  if (auto ready = prepare_out(settings.out); !ready) return tl::unexpected(ready.error());

  OpeningSummary summary;
  const auto id = crypto::report_id(*sealed);
  const fs::path folder = folder_of(settings.out, id);
  std::error_code fault;
  if (fs::exists(folder, fault)) {
    summary.present = 1;
    return summary;
  }
  const auto& offered = identities.of_week(*week);
  const auto report = open_report(*sealed, offered.identities);
  if (!report) {
    summary.is_for_want_of_a_key = report.error().is_for_want_of_a_key;
    summary.passed_over.push_back(
        {"report " + id.hex(), summary.is_for_want_of_a_key
                                   ? fmt::format("{}: {}", week->text(), sentence(offered.missing))
                                   : report.error().why});
    return summary;
  }
  if (report->is_cover()) {
    summary.cover = 1;
    return summary;
  }
  const auto original = settings.keep_sealed ? crypto::ByteView(*sealed) : crypto::ByteView();
  if (auto done = put_report(settings.out, id, *report, original); !done) return tl::unexpected(done.error());
  summary.opened = 1;
  summary.remarked = report->remarks.empty() ? 0 : 1;
  deliver({id, *week, *report, folder});
  return summary;
}

}  // namespace sandyk::desk
