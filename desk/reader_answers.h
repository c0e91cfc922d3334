// What the reader says, as bytes: its answers are taken as if an enemy wrote them, since whoever takes the
// reader over writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "desk/case_file.h"
#include "report/thread.h"
#include "storage/epoch_reader.h"

namespace sandyk::desk {

inline constexpr std::size_t max_reader_message = 64U * 1024 * 1024;

/// A packed report, taken apart.
struct ReadReport {
  struct Member {
    std::string name;  ///< `report.json`, `thread.json`, `files/a1` to `files/a5`
    crypto::WipedBytes bytes;
  };
  std::vector<Member> members;
  std::optional<report::Thread> thread;  ///< what thread.json says, where it can be read
  Glance glance;
};

crypto::WipedBytes write_read_report(const ReadReport& report);
/// Any bytes give a report or nothing: names are those of a packed report and each is there once, texts are
/// UTF-8 and harmless, everything is bounded.
std::optional<ReadReport> parse_read_report(crypto::ByteView bytes);

crypto::Bytes write_listing(const storage::EpochReader::Listing& listing);
/// Any bytes give a listing or nothing.
std::optional<storage::EpochReader::Listing> parse_listing(crypto::ByteView bytes);

}  // namespace sandyk::desk
