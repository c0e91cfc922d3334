// The built program, as a reporter runs it: what it prints, what it leaves on the device, how it ends.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/wait.h>

#include "crypto/open/age/open.h"
#include "crypto/open/receipt.h"
#include "crypto/seal/file.h"
#include "report/file_name.h"
#include "report/packing.h"
#include "report/thread.h"
#include "reporter/sealing.h"
#include "tests/report/samples.h"
#include "tests/report/tars.h"
#include "tests/support/keyrings.h"
#include "tests/transport/tls_server.h"

namespace sandyk::reporter {
namespace {

using crypto::bytes_of;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::read_text;
using testing::write_text;
using std::string_view_literals::operator""sv;

struct Ended {
  int code;
  std::string out, err;
};

/// A device with a report on it, and a site with its keyring of this week.
class ProgramTest : public ::testing::Test {
 protected:
  ProgramTest() : site_(testing::TestSite::make(2)), week_(crypto::Date::today()) {
    write_text(file("report.json"), testing::sample("report_ru"));
    write_text(file("root.pub"), site_.root.verify_key().file());
    write_text(file("secret-name.jpg"),
               "\xFF\xD8\xFF\xE1\0\x0C"
               "Exif\0\0abcdef"sv);
    save_keyring(site_.keyring(week_));
  }

  std::filesystem::path file(const std::string& name) const { return device_.path() / name; }

  void save_keyring(const testing::SignedKeyring& keyring) const {
    write_text(file("current.json"), keyring.json);
    write_text(file("current.json.minisig"), keyring.signature);
  }

  void serve_keyring(const testing::TlsServer& server) const {
    std::filesystem::create_directories(server.www() / "keyring");
    for (const char* name : {"current.json", "current.json.minisig"})
      std::filesystem::copy_file(file(name), server.www() / "keyring" / name,
                                 std::filesystem::copy_options::overwrite_existing);
  }

  /// Runs `sandyk-report arguments` in the device's folder.
  Ended run(const std::string& arguments) const {
    const testing::TemporaryFolder streams;
    const auto out = streams.path() / "out", err = streams.path() / "err";
    const std::string command =
        fmt::format("cd '{}' && '{}' {} >'{}' 2>'{}' </dev/null", device_.path().string(),
                    SANDYK_REPORT_PROGRAM, arguments, out.string(), err.string());
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_text(out), read_text(err)};
  }

  std::string send_to(const testing::TlsServer& server) const {
    return fmt::format("send --to {} --ca {} --root-key root.pub --tries 1", server.address(),
                       server.ca_file());
  }

  /// The names on the device now, without those the fixture made.
  std::vector<std::string> left_behind() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(device_.path())) {
      const std::string name = entry.path().filename().string();
      if (name != "report.json" && name != "root.pub" && name != "secret-name.jpg" &&
          !name.starts_with("current"))
        names.push_back(name);
    }
    return names;
  }

  report::Unpacked open(const std::filesystem::path& sealed_file) const {
    const std::string sealed = read_text(sealed_file);
    auto packed = crypto::age::open_small(bytes_of(sealed), site_.identities, report::max_packed_size);
    if (!packed) throw std::runtime_error("does not open");
    auto unpacked = report::unpack(*packed);
    if (!unpacked) throw std::runtime_error("does not unpack");
    return std::move(*unpacked);
  }

  testing::TestSite site_;
  crypto::Week week_;
  testing::TemporaryFolder device_;
};

/// The receipt code that a run printed: the one line that is set in by four spaces.
std::optional<crypto::ReceiptCode> receipt_in(const std::string& out) {
  const auto start = out.find("\n    ");
  if (start == std::string::npos) return std::nullopt;
  const auto end = out.find('\n', start + 1);
  return crypto::ReceiptCode::parse(out.substr(start + 5, end - start - 5));
}

}  // namespace

TEST_F(ProgramTest, SendsAReportWithAFileAndThenShowsTheReceipt) {
  const testing::TlsServer server;
  serve_keyring(server);
  const Ended sent = run(send_to(server) + " report.json --file screenshot:secret-name.jpg");
  ASSERT_EQ(sent.code, 0) << sent.err;
  ASSERT_EQ(server.stored().size(), 1U);
  const auto unpacked = open(server.stored().front());
  const auto document = report::Document::parse(unpacked.document);
  ASSERT_TRUE(document);
  EXPECT_TRUE(report::check_attachments(*document, unpacked));
  EXPECT_EQ(document->attachments().front().evidence_kind, "screenshot");
  EXPECT_EQ(document->attachments().front().media_type, "image/jpeg");

  EXPECT_THAT(sent.out, HasSubstr(server.stored().front().filename().string().substr(0, 16)));
  EXPECT_THAT(sent.out, HasSubstr("text and 1 file"));
  EXPECT_THAT(sent.out, HasSubstr("Запишите этот код на бумаге сейчас."));
  EXPECT_THAT(sent.err, HasSubstr("hidden data"));
  const auto receipt = receipt_in(sent.out);
  ASSERT_TRUE(receipt) << sent.out;
  const auto thread = report::parse_thread(*unpacked.thread);
  EXPECT_EQ(crypto::derive_thread_keys(*receipt, site_.root.verify_key()).thread, thread->thread);
}

TEST_F(ProgramTest, LeavesNothingOnTheDeviceAndNamesNoFile) {
  const testing::TlsServer server;
  serve_keyring(server);
  const Ended sent = run(send_to(server) + " report.json --file secret-name.jpg");
  ASSERT_EQ(sent.code, 0) << sent.err;
  EXPECT_TRUE(left_behind().empty());
  EXPECT_THAT(sent.out + sent.err, Not(HasSubstr("secret-name")));
  const auto unpacked = open(server.stored().front());
  EXPECT_THAT(std::string(crypto::text_of(unpacked.document)), Not(HasSubstr("secret-name")));
}

TEST_F(ProgramTest, TakesTheRootKeyAsText) {
  const Ended sealed = run(fmt::format("seal --root-key '{}' --keyring current.json --out . report.json",
                                       site_.root.verify_key().text()));
  EXPECT_EQ(sealed.code, 0) << sealed.err;
}

TEST_F(ProgramTest, SealsAFileThatStockAgeAndTarOpenAndSendSealedSends) {
  const Ended sealed =
      run("seal --root-key root.pub --keyring current.json --out . report.json --file secret-name.jpg");
  ASSERT_EQ(sealed.code, 0) << sealed.err;
  EXPECT_TRUE(receipt_in(sealed.out));
  ASSERT_EQ(left_behind().size(), 1U);
  const std::string name = left_behind().front();
  EXPECT_EQ(report::week_of_file_name(name), week_);

  const auto text = site_.identities[1].text();
  write_text(file("current-identity"), crypto::text_of(text.expose()));
  const std::string listing =
      testing::run(fmt::format("{}/usr/bin/age -d -i {} {} | tar -tf -", SANDYK_DEPS,
                               file("current-identity").string(), file(name).string()));
  EXPECT_EQ(listing, "report.json\nthread.json\nfiles/a1\n");

  const testing::TlsServer server;
  const Ended sent =
      run(fmt::format("send-sealed --to {} --ca {} {}", server.address(), server.ca_file(), name));
  EXPECT_EQ(sent.code, 0) << sent.err;
  ASSERT_EQ(server.stored().size(), 1U);
  EXPECT_EQ(read_text(server.stored().front()), read_text(file(name)));
}

TEST_F(ProgramTest, PacksATarThatHasNoThreadAndSaysSo) {
  const Ended packed = run("pack report.json --file secret-name.jpg --out packed.tar");
  ASSERT_EQ(packed.code, 0) << packed.err;
  EXPECT_THAT(packed.out, HasSubstr("no receipt code"));
  EXPECT_EQ(std::filesystem::file_size(file("packed.tar")), 16 * crypto::kib);
  EXPECT_EQ(testing::run("tar -tf " + file("packed.tar").string()), "report.json\nfiles/a1\n");
}

TEST_F(ProgramTest, KeepsAReportThatCouldNotBeSentOnlyWhenAskedAndGoesOnWithIt) {
  const testing::TlsServer busy(1);
  serve_keyring(busy);
  const Ended kept = run(send_to(busy) + " --state state report.json");
  EXPECT_EQ(kept.code, 1);
  EXPECT_TRUE(receipt_in(kept.out)) << "a later run cannot show it";
  EXPECT_TRUE(busy.stored().empty());
  ASSERT_TRUE(std::filesystem::exists(file("state")));
  const Ended sent = run(send_to(busy) + " --state state report.json");
  EXPECT_EQ(sent.code, 0) << sent.err;
  EXPECT_FALSE(receipt_in(sent.out));
  EXPECT_EQ(busy.stored().size(), 1U);
  EXPECT_FALSE(std::filesystem::exists(file("state")));
}

TEST_F(ProgramTest, ShowsNoReceiptForAReportThatWasNotSent) {
  const testing::TlsServer busy(100);
  serve_keyring(busy);
  const Ended refused = run(send_to(busy) + " report.json");
  EXPECT_EQ(refused.code, 1);
  EXPECT_FALSE(receipt_in(refused.out));
  EXPECT_THAT(refused.err, HasSubstr("Too many reports at once."));
  EXPECT_TRUE(left_behind().empty());
}

TEST_F(ProgramTest, EndsWith3WhenTheKeyringIsNotToBeTrusted) {
  const std::string seal = "seal --root-key root.pub --keyring current.json --out . report.json";
  const auto expect_refusal = [&](const testing::SignedKeyring& keyring, const char* why) {
    save_keyring(keyring);
    const Ended refused = run(seal);
    EXPECT_EQ(refused.code, 3) << why;
    EXPECT_THAT(refused.err, HasSubstr(why));
    EXPECT_TRUE(left_behind().empty()) << why;
  };
  testing::SignedKeyring changed = site_.keyring(week_);
  changed.json[changed.json.size() - 2] = ' ';
  expect_refusal(changed, "was changed");
  expect_refusal({site_.keyring(week_).json, ""}, "not a minisign signature");
  expect_refusal(testing::TestSite::make().keyring(week_), "another root key");
  expect_refusal(site_.keyring(week_ + std::chrono::weeks(-1)), "is over");
  expect_refusal(site_.keyring(week_ + std::chrono::weeks(1)), "has not begun");
  std::filesystem::remove(file("current.json.minisig"));
  EXPECT_EQ(run(seal).code, 3);
}

TEST_F(ProgramTest, EndsWith3WhenTlsProvesNothing) {
  const testing::TlsServer server;
  serve_keyring(server);
  const std::string send =
      fmt::format("send --to {} --root-key root.pub --tries 1 report.json", server.address());
  EXPECT_EQ(run(send).code, 3) << "no authority signed it";
  const std::string wrong_pin =
      " --pin sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= --ca " + server.ca_file();
  EXPECT_EQ(run(send + wrong_pin).code, 3) << "another key than the pinned one";
  EXPECT_EQ(run(send + " --pin " + server.pin() + " --ca " + server.ca_file()).code, 0);
}

TEST_F(ProgramTest, EndsWith1WhenNobodyAnswers) {
  const Ended refused = run("send --to https://127.0.0.1:1 --root-key root.pub --tries 1 report.json");
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("nobody answers"));
}

TEST_F(ProgramTest, EndsWith2ForBadUsageOrABadReport) {
  const auto expect_usage = [&](const std::string& arguments, const char* why) {
    const Ended refused = run(arguments);
    EXPECT_EQ(refused.code, 2) << arguments;
    EXPECT_THAT(refused.err, HasSubstr(why)) << arguments;
    EXPECT_THAT(refused.err, Not(HasSubstr("secret-name"))) << arguments;
  };
  expect_usage("", "subcommand");
  expect_usage("send report.json", "--to");
  expect_usage("pack --wrong report.json --out x.tar", "--wrong");
  expect_usage("pack --out x.tar secret-name.json", "not there");
  expect_usage("pack --out x.tar secret-name.jpg", "not JSON");
  expect_usage("pack --out x.tar report.json --file secret-name.png",
               "File 1 cannot be read: it is not there");
  expect_usage("pack --out x.tar report.json --file a --file b --file c --file d --file e --file f",
               "at most 5 files");
  const std::string rest = " --root-key root.pub report.json";
  expect_usage("send --to http://example.org" + rest, "address");
  expect_usage("send --to https://example.org --pin /etc/passwd" + rest, "pin");
  expect_usage("send --to https://example.org --proxy socks5://127.0.0.1:9" + rest, "proxy");
  expect_usage("send --to http://abcdefghijklmnop.onion" + rest, "Tor");
  expect_usage("send --to https://example.org --root-key secret-name.jpg report.json", "root key");
  write_text(file("report.age"), "not an age file");
  expect_usage("send-sealed --to https://example.org report.age", "--week");
  expect_usage("send-sealed --to https://example.org --week 2026-W48 report.age", "not a sealed report");
  write_text(file("report.json"), R"({"v":"1.0.0","narrative":""})");
  expect_usage("pack --out x.tar report.json", "\"narrative\" is empty");
}

TEST_F(ProgramTest, RefusesADocumentThatListsFilesNotGiven) {
  const std::string content = read_text(file("secret-name.jpg"));
  write_text(
      file("report.json"),
      fmt::format(
          R"({{"v":"1.0.0","attachments":[{{"id":"a1","evidence_kind":"photo","size":{},"sha256":"{}",)"
          R"("media_type":"image/jpeg"}}]}})",
          content.size(), crypto::sha256(bytes_of(content)).hex()));
  const Ended refused = run("pack --out x.tar report.json");
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("lists file a1, which was not given"));
  EXPECT_EQ(run("pack --out x.tar report.json --file root.pub").code, 2) << "another file";
  EXPECT_EQ(run("pack --out x.tar report.json --file secret-name.jpg").code, 0);
}

TEST_F(ProgramTest, ReplacesNoFileThatIsThere) {
  write_text(file("x.tar"), "precious");
  EXPECT_EQ(run("pack report.json --out x.tar").code, 1);
  EXPECT_EQ(read_text(file("x.tar")), "precious");
}

TEST_F(ProgramTest, TeachesItsUse) {
  const Ended help = run("--help");
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, HasSubstr("sandyk-report send --to https://"));
  EXPECT_THAT(run("send --help").out, HasSubstr("--root-key"));
  const Ended version = run("--version");
  EXPECT_EQ(version.code, 0);
  EXPECT_THAT(version.out, HasSubstr("sandyk-report 0."));
}

}  // namespace sandyk::reporter
