#include "desk/opened_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "report/print.h"

namespace sandyk::desk {
namespace {

std::string_view kind_of(const OpenedReport& report) {
  if (!report.thread) return "report";
  switch (report.thread->kind) {
    case report::ThreadKind::report:
      return "report";
    case report::ThreadKind::followup:
      return "follow-up";
    case report::ThreadKind::withdraw:
      return "WITHDRAWAL";
    case report::ThreadKind::cover:
      return "cover";
  }
  std::abort();
}

std::string remarks_of(const OpenedReport& report) {
  return report.remarks.empty() ? ""
                                : fmt::format("  remark: {}\n", fmt::join(report.remarks, "\n  remark: "));
}

}  // namespace

std::string one_line(const Delivered& d) {
  return fmt::format("{} {}, week {}, files: {}\n{}", kind_of(d.report), d.id.hex().substr(0, 16),
                     d.week.text(), d.report.unpacked.files.size(), remarks_of(d.report));
}

std::string full_text(const Delivered& d, std::string_view language) {
  std::string text = fmt::format("--- {} {}, week {} ---\n", kind_of(d.report), d.id.hex(), d.week.text());
  if (d.report.document) text += report::to_text(*d.report.document, language);
  for (const auto& file : d.report.unpacked.files)
    text += fmt::format("  file {}: {} bytes, SHA-256 {}\n", (d.folder / "files" / file.id).string(),
                        file.content.size(), file.sha256.hex());
  return text + remarks_of(d.report) + "\n";
}

}  // namespace sandyk::desk
