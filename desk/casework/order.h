// What two people of the desk decide about reports: to hold them, to let them go again, to destroy them. A
// small file that each signs with a key of their own; then it can be carried out (docs/formats.md, "Orders").
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/ids.h"
#include "desk/approving.h"
#include "desk/home.h"
#include "desk/problem.h"

namespace sandyk::desk {

inline constexpr std::size_t max_order_size = 512 * 1024, most_ordered = 4096;

/// Codes alone: more would tell more than anybody needs.
inline constexpr std::string_view order_acts[] = {"hold", "release", "destroy"};
inline constexpr std::string_view order_reasons[] = {"court",   "investigation", "safety", "retention",
                                                     "request", "mistake",       "other"};

struct Order {
  std::string organisation;  ///< 16 hex digits of its key
  std::string id;            ///< 16 hex digits, at random
  std::string act, reason;
  std::vector<crypto::ReportId> reports;         ///< sorted, each once
  std::optional<crypto::Date> until, review_by;  ///< of a hold, and only of one
  std::vector<crypto::Approval> signed_by;

  Approvable approvable() const;
};

/// A `sandyk-desk-order/1` file; nothing when it is not one. Its approvals are not verified.
std::optional<Order> parse_order(crypto::ByteView json);
std::string write_order(const Order& order);

/// Orders that wait in a home.
std::filesystem::path desk_orders(const Home& home);
/// A problem when the file of one was changed and is none any more.
[[nodiscard]] tl::expected<std::vector<Order>, Problem> orders_of(const Home& home);
[[nodiscard]] tl::expected<Order, Problem> read_order(const Home& home, const std::string& id);
/// Gives it an id and puts it among those that wait.
[[nodiscard]] tl::expected<Order, Problem> put_order(const Home& home, Order order);
/// Adds the approval of one person's key; returns how many are still needed.
[[nodiscard]] tl::expected<std::size_t, Problem> sign_order(const Home& home, const std::string& id,
                                                            const Approver& approver);
[[nodiscard]] tl::expected<void, Problem> remove_order(const Home& home, const std::string& id);

}  // namespace sandyk::desk
