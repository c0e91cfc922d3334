// Opening sealed reports several at a time: each thread has week keys and a reader of its own.
#pragma once

#include <atomic>
#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <tl/expected.hpp>
#include <vector>

#include "desk/identities.h"
#include "desk/opened_report.h"
#include "desk/reader_child.h"
#include "storage/epoch_reader.h"

namespace sandyk::desk {

/// A report on its way from a vault into the case file.
struct PassingReport {
  storage::StoredReport stored;
  const Identities::OfWeek* offered;  ///< by whoever has them, for as long as it passes
  crypto::WipedBytes sealed;
  tl::expected<ReadReport, NotOpened> read = tl::unexpected(NotOpened{});
  crypto::WipedBytes thread = {};  ///< a KeptThread; empty when there is none
};

class ReportOpeners {
 public:
  /// Starts as many readers as there are processors, four at most.
  [[nodiscard]] static tl::expected<std::unique_ptr<ReportOpeners>, Problem> start(
      const std::filesystem::path& program);
  ~ReportOpeners();
  ReportOpeners(const ReportOpeners&) = delete;
  ReportOpeners& operator=(const ReportOpeners&) = delete;

  /// Begins to open all of `reports`, each into its `read`. They must stay until `wait`.
  void begin(std::span<PassingReport> reports);
  /// Until all are done. The problem is that no further reader can be started.
  [[nodiscard]] tl::expected<void, Problem> wait();

 private:
  ReportOpeners(std::filesystem::path program, std::vector<ReaderChild> readers)
      : program_(std::move(program)), readers_(std::move(readers)) {}
  tl::expected<void, Problem> work(ReaderChild& reader);

  std::filesystem::path program_;
  std::vector<ReaderChild> readers_;
  std::span<PassingReport> reports_;
  std::atomic<std::size_t> next_ = 0;
  std::vector<std::future<tl::expected<void, Problem>>> running_;
};

}  // namespace sandyk::desk
