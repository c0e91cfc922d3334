// A case file in a temporary folder and the screen's server over it, asked as a browser asks.
#pragma once

#include <gtest/gtest.h>
#include <httplib.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "desk/case_file.h"
#include "desk/folding.h"
#include "desk/screen/server.h"

namespace sandyk::desk {

class ScreenTest : public ::testing::Test {
 protected:
  ScreenTest() {
    std::string name = "/tmp/sandyk-screen-XXXXXX";
    folder = ::mkdtemp(name.data());
    constexpr CaseCost light{1, 1024};
    const crypto::SecretText passphrase(crypto::bytes_of("six invented words"));
    file.emplace(std::move(CaseFile::create(Home(folder / "home"), passphrase, light).value()));
    desk.reset(new Desk{*file, Home(folder / "home"), "ru", SANDYK_DESK, "1.2.3", {}, {}});
    server.emplace(*desk);
    add_report_routes(*server, *desk);
    add_file_routes(*server, *desk);
    add_key_routes(*server, *desk);
  }
  ~ScreenTest() override {
    if (thread.joinable()) {
      server->stop();
      thread.join();
    }
    std::filesystem::remove_all(folder);
  }

  /// Answers from here on.
  void serve() {
    ASSERT_TRUE(server->bind(0));
    thread = std::thread([this] { server->run(); });
    client.emplace("127.0.0.1", server->port());
    client->set_default_headers({{"Authorization", "Bearer " + server->token()}});
  }
  std::string host() const { return "127.0.0.1:" + std::to_string(server->port()); }

  struct Said {
    int status;
    crypto::Json json;
  };
  Said said(const httplib::Result& result) const {
    if (!result) return {0, httplib::to_string(result.error())};
    const auto json = crypto::parse_json(crypto::bytes_of(result->body), 64 << 20);
    return {result->status, json ? *json : crypto::Json("not JSON: " + result->body)};
  }
  Said get(const std::string& path) { return said(client->Get(path)); }
  Said post(const std::string& path, const std::string& body = "{}") {
    return said(client->Post(path, body, "application/json"));
  }

  static crypto::Date day(const char* text) { return *crypto::Date::parse(text); }

  /// An invented report; `number` gives its id.
  struct Invented {
    std::uint8_t number;
    std::string text = "text";
    const char* epoch = "2026-11-23";
    std::string kind = "report";
    std::vector<ReportCode> codes = {};
    std::vector<std::string> files = {};
  };
  void add(const Invented& one) {
    const std::string document = crypto::Json{{"v", "1.0.0"}, {"narrative", one.text}}.dump();
    NewReport report{crypto::report_id(crypto::Bytes{one.number}),
                     crypto::Week(day(one.epoch)),
                     *crypto::EpochId::parse(std::string(32, 'a')),
                     day(one.epoch),
                     false,
                     {{"report.json", crypto::bytes_of(document)}, {"sealed", sealed}},
                     {one.kind, {}, one.text, fold(one.text), 4, 0, "", "", one.codes}};
    for (const std::string& content : one.files)
      report.content.push_back(
          {"files/a" + std::to_string(report.content.size() - 1), crypto::bytes_of(content)});
    ASSERT_TRUE(file->add({report}, day("2026-11-24")));
  }

  static inline const crypto::Bytes sealed = {'s', 'e', 'a', 'l', 'e', 'd'};
  std::filesystem::path folder;
  std::optional<CaseFile> file;
  std::unique_ptr<Desk> desk;
  std::optional<Server> server;
  std::thread thread;
  std::optional<httplib::Client> client;
};

}  // namespace sandyk::desk
