#include "desk/casework/order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "desk/casework/desk_policy.h"

namespace sandyk::desk {
namespace {

const crypto::Date day = *crypto::Date::parse("2032-02-01");

Order hold() {
  return {std::string(16, 'a'),
          std::string(16, 'b'),
          "hold",
          "court",
          {crypto::report_id(crypto::Bytes{1})},
          day,
          day,
          {}};
}

TEST(Order, ComesBackAsItWas) {
  const std::string json = write_order(hold());
  const auto again = parse_order(crypto::bytes_of(json));
  ASSERT_TRUE(again);
  EXPECT_EQ(write_order(*again), json);
  EXPECT_EQ(again->approvable().text, hold().approvable().text);
}

TEST(Order, WhatIsSignedSaysAllThatIsDone) {
  const std::string text = hold().approvable().text;
  const auto differs = [&](auto change) {
    Order order = hold();
    change(order);
    return order.approvable().text != text;
  };
  EXPECT_TRUE(differs([](Order& o) { o.act = "destroy"; }));
  EXPECT_TRUE(differs([](Order& o) { o.reason = "other"; }));
  EXPECT_TRUE(differs([](Order& o) { o.reports = {crypto::report_id(crypto::Bytes{2})}; }));
  EXPECT_TRUE(differs([](Order& o) { o.until = day + std::chrono::days(1); }));
  EXPECT_TRUE(differs([](Order& o) { o.organisation = std::string(16, 'c'); }));
  EXPECT_TRUE(differs([](Order& o) { o.id = std::string(16, 'c'); }));
}

TEST(Order, RefusesWhatIsNone) {
  const auto refused = [](auto change) {
    auto json = crypto::Json::parse(write_order(hold()));
    change(json);
    return !parse_order(crypto::bytes_of(json.dump()));
  };
  EXPECT_FALSE(refused([](auto&) {}));
  EXPECT_TRUE(refused([](auto& j) { j["act"] = "burn"; }));
  EXPECT_TRUE(refused([](auto& j) { j["reason"] = "because"; }));
  EXPECT_TRUE(refused([](auto& j) { j["id"] = "../../../etc/x"; }));
  EXPECT_TRUE(refused([](auto& j) { j["reports"] = crypto::Json::array(); }));
  EXPECT_TRUE(refused([](auto& j) { j["reports"].push_back(j["reports"][0]); }));
  EXPECT_TRUE(refused([](auto& j) { j.erase("until"); }));
  EXPECT_TRUE(refused([](auto& j) { j["act"] = "destroy"; }));  // has a last day, which only a hold has
  EXPECT_TRUE(refused([](auto& j) { j["review_by"] = "2032-02-02"; }));
}

TEST(DeskPolicy, ComesBackAsItWas) {
  const DeskPolicy policy{std::string(16, 'a'), 3, day, day + std::chrono::days(300), "desk of five", {},
                          suggested_classes()};
  const std::string json = write_desk_policy(policy);
  const auto again = parse_desk_policy(crypto::bytes_of(json));
  ASSERT_TRUE(again);
  EXPECT_EQ(write_desk_policy(*again), json);
  EXPECT_EQ(again->classes, suggested_classes());
}

TEST(DeskPolicy, RefusesWhatIsNone) {
  const DeskPolicy policy{std::string(16, 'a'), 3, day, day, "desk", {}, suggested_classes()};
  const auto refused = [&](auto change) {
    auto json = crypto::Json::parse(write_desk_policy(policy));
    change(json);
    return !parse_desk_policy(crypto::bytes_of(json.dump()));
  };
  EXPECT_FALSE(refused([](auto&) {}));
  EXPECT_TRUE(refused([](auto& j) { j["classes"]["invented"] = {{"destroy_days", 3}}; }));
  EXPECT_TRUE(refused([](auto& j) { j["classes"]["triage_rejected"] = {{"destroy_days", 0}}; }));
  EXPECT_TRUE(refused([](auto& j) { j["classes"]["triage_rejected"] = crypto::Json::object(); }));
  EXPECT_TRUE(refused([](auto& j) { j["classes"]["triage_rejected"]["approvals"] = 0; }));
  EXPECT_TRUE(refused([](auto& j) { j["officers"] = {"not a key"}; }));
  EXPECT_TRUE(refused([](auto& j) { j["format"] = "sandyk-policy/1"; }));
}

}  // namespace
}  // namespace sandyk::desk
