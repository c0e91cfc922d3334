#include "desk/casework/order.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "crypto/seal/json_members.h"
#include "crypto/seal/text_encoding.h"
#include "storage/folder.h"

namespace sandyk::desk {
namespace {

namespace fs = std::filesystem;
using crypto::exit_usage;
using crypto::Json;

constexpr std::string_view format = "sandyk-desk-order/1", suffix = ".json";

template <std::size_t size>
bool is_one_of(const std::string_view (&list)[size], std::string_view text) {
  return std::ranges::find(list, text) != std::end(list);
}

/// Ids are written as sites are: 16 lower-case hex digits. Nothing else becomes a file's name.
bool is_order_id(std::string_view text) {
  return crypto::is_site(text);
}

fs::path file_of(const Home& home, const std::string& id) {
  return desk_orders(home) / (id + std::string(suffix));
}

std::optional<std::vector<crypto::ReportId>> parse_reports(const Json& file) {
  const auto found = file.find("reports");
  if (found == file.end() || !found->is_array() || found->empty() || found->size() > most_ordered)
    return std::nullopt;
  std::vector<crypto::ReportId> reports;
  for (const Json& entry : *found) {
    const auto id =
        entry.is_string() ? crypto::ReportId::parse(entry.get_ref<const std::string&>()) : std::nullopt;
    if (!id || (!reports.empty() && !(reports.back() < *id))) return std::nullopt;
    reports.push_back(*id);
  }
  return reports;
}

}  // namespace

/// The exact text that people sign.
Approvable Order::approvable() const {
  std::string text =
      fmt::format("{}\norganisation {}\nid {}\nact {}\nreason {}\n", format, organisation, id, act, reason);
  if (until) text += fmt::format("until {}\n", until->text());
  if (review_by) text += fmt::format("review-by {}\n", review_by->text());
  for (const auto& report : reports) text += fmt::format("report {}\n", report.hex());
  return {text, organisation, id};
}

std::optional<Order> parse_order(crypto::ByteView json) {
  const auto file = crypto::parse_format(json, max_order_size, format);
  if (!file) return std::nullopt;
  auto organisation = crypto::site_member(*file, "organisation");
  auto id = crypto::text_member(*file, "id");
  auto act = crypto::text_member(*file, "act"), reason = crypto::text_member(*file, "reason");
  auto reports = parse_reports(*file);
  auto signed_by = crypto::approvals_member(*file);
  if (!organisation || !id || !is_order_id(*id) || !act || !reason || !reports || !signed_by)
    return std::nullopt;
  if (!is_one_of(order_acts, *act) || !is_one_of(order_reasons, *reason)) return std::nullopt;
  const auto until = crypto::date_member(*file, "until"), review_by = crypto::date_member(*file, "review_by");
  const bool has_dates = until && review_by && *review_by <= *until;
  const bool has_some = file->contains("until") || file->contains("review_by");
  if (*act == "hold" ? !has_dates : has_some) return std::nullopt;
  return Order{std::move(*organisation), std::move(*id), std::move(*act), std::move(*reason),
               std::move(*reports),      until,          review_by,       std::move(*signed_by)};
}

std::string write_order(const Order& order) {
  Json out;
  out["format"] = format;
  out["organisation"] = order.organisation;
  out["id"] = order.id;
  out["act"] = order.act;
  out["reason"] = order.reason;
  if (order.until) out["until"] = order.until->text();
  if (order.review_by) out["review_by"] = order.review_by->text();
  Json reports = Json::array();
  for (const auto& report : order.reports) reports.push_back(report.hex());
  out["reports"] = std::move(reports);
  out["signed_by"] = crypto::write_approvals(order.signed_by);
  return crypto::write_json(out);
}

fs::path desk_orders(const Home& home) {
  return home.folder() / "orders";
}

tl::expected<Order, Problem> read_order(const Home& home, const std::string& id) {
  if (!is_order_id(id)) return problem("An order's id is 16 hex digits.", exit_usage);
  const auto bytes = crypto::read_file(file_of(home, id), max_order_size);
  if (!bytes) return problem(fmt::format("There is no order {} that waits.", id), exit_usage);
  auto order = parse_order(*bytes);
  if (!order || order->id != id)
    return problem(fmt::format("The file of the order {} was changed: it is none any more.", id),
                   crypto::exit_unverified);
  return std::move(*order);
}

tl::expected<std::vector<Order>, Problem> orders_of(const Home& home) {
  std::vector<Order> orders;
  for (const std::string& name : storage::names_in(desk_orders(home))) {
    if (!name.ends_with(suffix)) continue;
    auto order = read_order(home, name.substr(0, name.size() - suffix.size()));
    if (!order && order.error().exit == crypto::exit_unverified) return tl::unexpected(order.error());
    if (order) orders.push_back(std::move(*order));
  }
  return orders;
}

tl::expected<Order, Problem> put_order(const Home& home, Order order) {
  std::array<std::uint8_t, 8> id{};
  randombytes_buf(id.data(), id.size());
  order.id = crypto::to_hex(id);
  order.signed_by.clear();
  std::ranges::sort(order.reports);
  order.reports.erase(std::unique(order.reports.begin(), order.reports.end()), order.reports.end());
  const std::string json = write_order(order);
  if (!parse_order(crypto::bytes_of(json)))
    return problem(
        "An order names 1 to 4096 reports, a reason out of the list, and, for a hold, its last day and the "
        "day by "
        "which to look at it again, which comes first.",
        exit_usage);
  if (auto made = home.make_folder(desk_orders(home)); !made) return tl::unexpected(made.error());
  if (auto done = put(file_of(home, order.id), crypto::bytes_of(json)); !done)
    return tl::unexpected(done.error());
  return order;
}

tl::expected<std::size_t, Problem> sign_order(const Home& home, const std::string& id,
                                              const Approver& approver) {
  auto order = read_order(home, id);
  if (!order) return tl::unexpected(order.error());
  const auto left = add_approval(order->signed_by, order->approvable(), approver);
  if (!left) return tl::unexpected(left.error());
  if (auto done =
          put(file_of(home, id), crypto::bytes_of(write_order(*order)), crypto::NewFile::Replace::yes);
      !done)
    return tl::unexpected(done.error());
  return *left;
}

tl::expected<void, Problem> remove_order(const Home& home, const std::string& id) {
  std::error_code fault;
  if (is_order_id(id)) fs::remove(file_of(home, id), fault);
  if (fault) return problem(fmt::format("The order {} cannot be taken from those that wait.", id));
  return {};
}

}  // namespace sandyk::desk
