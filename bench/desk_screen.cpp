// How long the screen takes over a large case file: asked over HTTP on loopback, as the browser asks. Prints
// one line for each thing that is asked: what, how often, median and longest, in milliseconds.
#include <fmt/format.h>
#include <httplib.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <random>
#include <thread>

#include "crypto/seal/process.h"
#include "desk/case_file.h"
#include "desk/folding.h"
#include "desk/screen/server.h"

namespace sandyk::desk {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

/// Words as many and as uneven as in a language: the first are in every text, the last in hardly any.
std::string invented_text(std::mt19937& chance) {
  constexpr std::string_view syllables[] = {"ба", "ко", "ри", "те", "на", "лу",
                                            "ше", "ды", "мо", "вё", "га", "пи"};
  std::exponential_distribution<> rarity(0.01);
  std::string text;
  for (int i = 0; i < 60; ++i) {
    auto number = static_cast<std::size_t>(rarity(chance));
    do {
      text += syllables[number % std::size(syllables)];
      number /= std::size(syllables);
    } while (number > 0);
    text += i % 12 == 11 ? ". " : " ";
  }
  return text;
}

NewReport invented_report(std::uint32_t number, const std::string& text, const std::string& document,
                          std::mt19937& chance) {
  constexpr const char* families[] = {"threat", "physical", "legal", "digital", "smear"};
  constexpr const char* dangers[] = {"now", "soon", "not_now"};
  crypto::Bytes name(4);
  for (unsigned i = 0; i < name.size(); ++i) name[i] = static_cast<std::uint8_t>(number >> (8 * i));
  const auto date = *crypto::Date::parse("2026-01-01") + std::chrono::days(chance() % 320);
  Glance glance{"report", {}, text.substr(0, 200), fold(text), 360, 0, "", "", {}};
  if (chance() % 200 == 0) glance.kind = "withdraw";
  glance.codes.push_back({"what", families[chance() % std::size(families)]});
  if (chance() % 10 == 0) glance.codes.push_back({"danger", dangers[chance() % std::size(dangers)]});
  if (chance() % 3 == 0) glance.codes.push_back({"consent", "count"});
  return {crypto::report_id(name),
          crypto::Week(date),
          *crypto::EpochId::parse(std::string(32, 'a')),
          date,
          false,
          {{"report.json", crypto::bytes_of(document)}},
          std::move(glance)};
}

bool fill(CaseFile& file, std::uint32_t reports) {
  constexpr std::uint32_t batch = 512;
  std::mt19937 chance(8);  // the same reports each time
  for (std::uint32_t done = 0; done < reports;) {
    std::vector<std::string> documents;
    documents.reserve(batch);
    std::vector<NewReport> some;
    for (std::uint32_t i = 0; i < batch && done < reports; ++i, ++done) {
      const std::string text = invented_text(chance);
      documents.push_back(crypto::Json{{"v", "1.0.0"}, {"narrative", text}}.dump());
      some.push_back(invented_report(done, text, documents.back(), chance));
    }
    if (!file.add(some, crypto::Date::today())) return false;
  }
  return true;
}

void measure(httplib::Client& client, const char* what, const std::string& path) {
  constexpr int times = 11;
  std::vector<double> took;
  std::size_t size = 0;
  for (int i = 0; i < times; ++i) {
    const auto begin = Clock::now();
    const auto result = client.Get(path);
    took.push_back(milliseconds_since(begin));
    if (!result || result->status != 200) {
      fmt::print("{}: failed\n", what);
      return;
    }
    size = result->body.size();
  }
  const double first = took.front();
  std::sort(took.begin(), took.end());
  fmt::print("{}: first {:.1f} ms, median {:.1f} ms, longest {:.1f} ms, {} bytes\n", what, first,
             took[took.size() / 2], took.back(), size);
}

int run(std::uint32_t reports) {
  std::string name = "/tmp/sandyk-bench-XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(name.data());
  const Home home(folder / "home");
  const crypto::SecretText passphrase(crypto::bytes_of("six invented words"));
  constexpr CaseCost light{1, 1024};
  {
    auto file = CaseFile::create(home, passphrase, light);
    if (!file || !fill(*file, reports)) return 1;
  }
  const auto begin = Clock::now();
  auto file = CaseFile::open(home, passphrase);
  if (!file) return 1;
  fmt::print("{} reports\nopening, without the passphrase's cost: {:.1f} ms\n", reports,
             milliseconds_since(begin));
  Desk desk{*file, home, "en", "", "bench", {}, {}};
  Server server(desk);
  add_report_routes(server, desk);
  add_file_routes(server, desk);
  add_key_routes(server, desk);
  if (!server.bind(0)) return 1;
  std::thread answering([&] { server.run(); });
  httplib::Client client("127.0.0.1", server.port());
  client.set_default_headers({{"Authorization", "Bearer " + server.token()}});
  client.set_keep_alive(true);
  measure(client, "state", "/api/state");
  measure(client, "first page of 200", "/api/reports?limit=200");
  measure(client, "page in the middle", "/api/reports?limit=200&after=3.-20600.1");
  measure(client, "new ones", "/api/reports?limit=200&status=new");
  measure(client, "of one family", "/api/reports?limit=200&family=legal");
  measure(client, "search, a rare word",
          "/api/reports?limit=200&words=" + httplib::encode_uri_component("теко вё"));
  measure(client, "search, a common word",
          "/api/reports?limit=200&words=" + httplib::encode_uri_component("ко"));
  measure(client, "search and a family",
          "/api/reports?limit=200&family=legal&words=" + httplib::encode_uri_component("рите"));
  measure(client, "one report", "/api/reports/7");
  server.stop();
  answering.join();
  std::error_code fault;
  std::filesystem::remove_all(folder, fault);
  return 0;
}

}  // namespace
}  // namespace sandyk::desk

int main(int argc, char** argv) {
  sandyk::crypto::start_process();
  return sandyk::desk::run(argc > 1 ? static_cast<std::uint32_t>(std::atoi(argv[1])) : 100'000);
}
