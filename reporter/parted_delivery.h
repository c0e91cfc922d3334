// Sending a report in parts, so that a line that is cut costs one of them and not all (docs/formats.md,
// "Reports in parts").
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "reporter/delivery.h"
#include "reporter/part_size.h"

namespace sandyk::reporter {

/// Whether a sealed report is large enough for it.
bool goes_in_parts(const Sealed& sealed);

/// One report on its way to one server at a time.
class PartedDelivery {
 public:
  using Answer = tl::expected<transport::Response, transport::TransportFault>;
  /// Makes a request with headers of its own, and does the work that the server may ask for it.
  using WithWork = std::function<Answer(const transport::Address&,
                                        const std::function<Answer(const std::vector<std::string>&)>&)>;

  /// `whole` sends it by PUT, to a server that takes none in parts or has no place for one.
  PartedDelivery(transport::Client& client, const Sealed& sealed, const transport::Progress& progress,
                 WithWork with_work, Request whole);

  /// Goes on where the last call ended. An answer that is final, or what stands in the way: that is returned
  /// only when nothing has arrived since the last time. Another node than the one that has parts is not
  /// asked, unless that one gave nothing three times in a row.
  Answer advance(const transport::Address& node);

 private:
  std::optional<Answer> begin(const transport::Address& node);
  std::optional<Answer> look(const transport::Address& node);
  std::optional<Answer> send_part(const transport::Address& node);
  /// What to return after trouble; nothing to try again at once.
  std::optional<Answer> trouble(Answer answer);
  bool take_offset(const transport::Response& response);
  void begin_again();

  transport::Client& client_;
  const Sealed& sealed_;
  const transport::Progress& progress_;
  const WithWork with_work_;
  const Request whole_;

  std::string node_, path_;  ///< of the upload that is under way; empty: none is
  std::uint64_t offset_ = 0, offset_at_trouble_ = 0;
  bool must_look_ = false;
  unsigned vain_ = 0, beginnings_ = 0;
  PartSize part_size_;
  std::optional<Answer> last_trouble_;
};

}  // namespace sandyk::reporter
