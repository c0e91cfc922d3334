// A case file of its own for a test, with reports in it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>

#include "desk/case_file.h"
#include "desk/casework/casework.h"
#include "desk/folding.h"

namespace sandyk::desk {

inline const crypto::Date a_day = *crypto::Date::parse("2032-01-25");

class ACaseFile : public ::testing::Test {
 protected:
  ACaseFile() {
    std::string name = "/tmp/sandyk-casework-XXXXXX";
    folder = ::mkdtemp(name.data());
    file.emplace(std::move(CaseFile::create(home(), passphrase(), CaseCost{1, 1024}).value()));
  }
  ~ACaseFile() override {
    file.reset();
    std::filesystem::remove_all(folder);
  }

  static crypto::SecretText passphrase() {
    return crypto::SecretText(crypto::bytes_of("six invented words"));
  }
  Home home() const { return Home(folder / "home"); }
  void reopen() {
    file.reset();
    file.emplace(std::move(CaseFile::open(home(), passphrase()).value()));
  }

  /// Adds a report as the import does; returns its number.
  std::int64_t add(std::string_view text, std::vector<ReportCode> codes = {},
                   std::string_view day = "2032-01-24", std::vector<ContentItem> files = {}) {
    const crypto::Bytes name{static_cast<std::uint8_t>(++reports)};
    const auto date = *crypto::Date::parse(day);
    NewReport one{crypto::report_id(name),
                  crypto::Week{date},
                  *crypto::EpochId::parse(std::string(32, 'a')),
                  date,
                  false,
                  {{"report.json", crypto::bytes_of(text)}},
                  {"report",
                   {},
                   std::string(text),
                   fold(text),
                   3,
                   static_cast<std::int64_t>(files.size()),
                   "",
                   "",
                   std::move(codes)}};
    one.content.insert(one.content.end(), files.begin(), files.end());
    EXPECT_TRUE(file->add({one}, date));
    return reports;
  }

  Casework work() { return Casework(*file, a_day); }

  static Incident incident(const std::string& id, const std::string& type = "threat.death") {
    Incident one;
    one.id = id;
    one.types = {type};
    return one;
  }
  static Entity entity(const std::string& id, const std::string& kind, const std::string& label) {
    Entity one;
    one.id = id;
    one.kind = kind;
    one.label = label;
    return one;
  }

  std::filesystem::path folder;
  std::optional<CaseFile> file;
  std::int64_t reports = 0;
};

}  // namespace sandyk::desk
