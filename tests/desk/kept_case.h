// A case file in a folder of its own, with reports as an import puts them there.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "desk/conversation.h"

namespace sandyk::desk {

inline const crypto::Date today = *crypto::Date::parse("2026-11-24");

inline crypto::WipedBytes wiped(std::string_view text) {
  return {text.begin(), text.end()};
}

inline crypto::ReplyKey reply_key(std::uint8_t fill) {
  return crypto::ReplyKey::make([&](auto out) { std::ranges::fill(out, fill); });
}

/// A thread whose ids and keys are all of `fill`.
inline report::Thread thread(std::uint8_t fill, report::ThreadKind kind) {
  report::Thread made{{fill}, reply_key(fill), {fill}, kind, 1, 1, std::nullopt, {}};
  if (kind == report::ThreadKind::followup || kind == report::ThreadKind::withdraw)
    made.signature.emplace().fill(fill);
  return made;
}

class KeptCase : public ::testing::Test {
 protected:
  KeptCase() {
    std::string name = "/tmp/sandyk-case-XXXXXX";
    folder = ::mkdtemp(name.data());
    case_.emplace(std::move(CaseFile::create(home(), passphrase(), {1, 1024}).value()));
  }
  ~KeptCase() override {
    case_.reset();
    std::filesystem::remove_all(folder);
  }

  static crypto::SecretText passphrase() {
    return crypto::SecretText(crypto::bytes_of("six invented words"));
  }
  Home home() const { return Home(folder / "home"); }
  CaseFile& file() { return *case_; }
  /// Closes the case file and opens it again.
  void reopen() {
    case_.reset();
    case_.emplace(std::move(CaseFile::open(home(), passphrase()).value()));
  }

  static crypto::ReportId id(std::uint8_t number) { return crypto::report_id(crypto::Bytes{number}); }

  /// Adds a report with this thread.json; returns its number in the case file.
  std::int64_t add(const report::Thread& of, bool is_signed, std::string_view words = "words",
                   crypto::Date on = today) {
    constexpr const char* kinds[] = {"report", "followup", "withdraw", "cover"};
    const auto kept = write_kept_thread(of, is_signed);
    const std::string json = R"({"v":"1.0.0","narrative":")" + std::string(words) + R"("})";
    NewReport made{id(++added_),
                   crypto::Week(today),
                   *crypto::EpochId::parse(std::string(32, 'a')),
                   today,
                   false,
                   {},
                   {}};
    made.content = {{"report.json", crypto::bytes_of(json)}, {"thread", kept}};
    made.glance.kind = kinds[static_cast<std::size_t>(of.kind)];
    made.glance.thread.emplace(of.thread.begin(), of.thread.end());
    made.glance.first = words;
    EXPECT_TRUE(file().add({made}, on));
    return file().count().value() + gone_;
  }
  void destroy(std::int64_t n) {
    EXPECT_TRUE(file().destroy(n, today, "a test"));
    ++gone_;
  }
  void say(std::int64_t n, std::string_view words, crypto::Date on = today) {
    EXPECT_TRUE(write_answer(file(), n, "aikyn", crypto::bytes_of(words), on));
  }
  Conversation with(std::int64_t n) { return std::move(conversation_of(file(), n).value().value()); }

  std::filesystem::path folder;
  std::optional<CaseFile> case_;
  std::uint8_t added_ = 0;
  std::int64_t gone_ = 0;
};

}  // namespace sandyk::desk
