#include "desk/delivery.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <vector>

#include "crypto/seal/file.h"
#include "storage/epoch_reader.h"

namespace sandyk::desk {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view part_prefix = ".part-";

/// Reports half written, and copies of epochs, still encrypted.
void remove_leftovers(const fs::path& out) {
  std::error_code fault;
  std::vector<fs::path> leftovers;
  for (const auto& entry : fs::directory_iterator(out, fault)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(part_prefix) || name.starts_with(storage::scratch_prefix))
      leftovers.push_back(entry.path());
  }
  for (const fs::path& path : leftovers) fs::remove_all(path, fault);
}

}  // namespace

tl::expected<void, Problem> prepare_out(const fs::path& out) {
  if (auto made = crypto::make_directory(out); !made)
    return problem(
        fmt::format("The folder {} cannot be made: {}.", out.string(), crypto::sentence(made.error())));
  remove_leftovers(out);
  return {};
}

fs::path folder_of(const fs::path& out, const crypto::ReportId& id) {
  return out / id.hex();
}

tl::expected<void, Problem> put_report(const fs::path& out, const crypto::ReportId& id,
                                       const OpenedReport& report, crypto::ByteView sealed) {
  std::error_code fault;
  const fs::path folder = folder_of(out, id);
  const fs::path part = out / (std::string(part_prefix) + id.hex());
  auto done = report::write_unpacked(report.unpacked, part);
  if (done && !sealed.empty()) done = crypto::write_file(part / "sealed.age", sealed);
  if (done && ::rename(part.c_str(), folder.c_str()) != 0) done = tl::unexpected(crypto::io_fault(errno));
  if (done) done = crypto::sync_directory(out);
  if (done) return {};
  fs::remove_all(part, fault);
  return problem(
      fmt::format("{} cannot be written: {}. What was opened before is there; run this again to go on.",
                  folder.string(), crypto::sentence(done.error())));
}

}  // namespace sandyk::desk
