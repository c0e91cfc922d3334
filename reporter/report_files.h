// The reporter's own files, read from the device: the document and what is attached to it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "crypto/seal/bytes.h"
#include "report/document.h"
#include "report/packing.h"
#include "reporter/failure.h"

namespace sandyk::reporter {

/// A report that is ready to be packed. File names are gone.
struct Report {
  report::Document document;
  std::vector<crypto::Bytes> contents;

  /// The contents under the ids that the document lists, in its order.
  std::vector<report::FileToPack> files() const;
};

/// Reads `document` and the files of `arguments`, each `[KIND:]PATH` with KIND a code of the list
/// evidence_kind. A document that lists no files gets a list of these; one that does must list exactly these.
[[nodiscard]] tl::expected<Report, Failure> read_report(const std::filesystem::path& document,
                                                        const std::vector<std::string>& arguments);

/// The ids of photographs that may show place, time and device.
std::vector<std::string> files_with_exif(const Report& report);

}  // namespace sandyk::reporter
