#include <gmock/gmock.h>
#include <sys/stat.h>

#include "report/packing.h"
#include "tests/report/tars.h"

namespace sandyk::report {
namespace {

using crypto::bytes_of;
using testing::tar_member;
using testing::tar_of;
using testing::TarMember;

const TarMember report_json{"report.json", "{}"};
const TarMember first_file{"files/a1", "one"};

/// The fault of a tar of report.json and `member`.
UnpackFault fault_with(const TarMember& member) {
  const auto unpacked = unpack(bytes_of(tar_of({report_json, member})));
  EXPECT_FALSE(unpacked) << member.name;
  return unpacked ? UnpackFault{} : unpacked.error();
}

Unpacked unpack_good(const std::string& tar) {
  auto unpacked = unpack(bytes_of(tar));
  EXPECT_TRUE(unpacked) << (unpacked ? "" : sentence(unpacked.error()));
  return std::move(unpacked.value());
}

Document document_of(const std::vector<Attachment>& attachments) {
  auto document = Document::parse(bytes_of(R"({"v":"1.0.0","narrative":"x"})"));
  document->set_attachments(attachments);
  return *document;
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat info {};
  EXPECT_EQ(::lstat(path.c_str(), &info), 0) << path;
  return info.st_mode & 07777U;
}

}  // namespace

TEST(Unpacking, GivesBackWhatWasPacked) {
  std::string packed;
  const std::string large(100'000, 'x');
  const std::vector<FileToPack> files = {
      {"a1", bytes_of("one")}, {"a2", bytes_of("")}, {"a3", bytes_of(large)}};
  ASSERT_TRUE(pack(bytes_of("{}"), bytes_of("{\"t\":1}"), files, [&packed](crypto::ByteView bytes) {
    packed += crypto::text_of(bytes);
    return true;
  }));
  const Unpacked unpacked = unpack_good(packed);
  EXPECT_EQ(crypto::text_of(unpacked.document), "{}");
  ASSERT_TRUE(unpacked.thread);
  EXPECT_EQ(crypto::text_of(*unpacked.thread), "{\"t\":1}");
  ASSERT_EQ(unpacked.files.size(), 3U);
  EXPECT_EQ(unpacked.files[0].id, "a1");
  EXPECT_EQ(unpacked.files[0].sha256, crypto::sha256(bytes_of("one")));
  EXPECT_TRUE(unpacked.files[1].content.empty());
  EXPECT_EQ(crypto::text_of(unpacked.files[2].content), large);
}

TEST(Unpacking, TakesMembersInAnyOrderAndNoThread) {
  const Unpacked unpacked = unpack_good(tar_of({{"files/a2", "two"}, first_file, report_json}));
  EXPECT_FALSE(unpacked.thread);
  ASSERT_EQ(unpacked.files.size(), 2U);
  EXPECT_EQ(unpacked.files[0].id, "a1");
  EXPECT_EQ(unpacked.files[1].id, "a2");
}

TEST(Unpacking, ReadsTarsOfGnuTarInItsFormats) {
  const testing::TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() / "in/files");
  testing::write_text(folder.path() / "in/report.json", "{}");
  testing::write_text(folder.path() / "in/files/a1", "one");
  for (const char* format : {"gnu", "ustar", "pax", "v7"})
    for (const char* members : {"report.json files/a1", "report.json files", "."}) {
      const std::string tar =
          testing::run("tar -C " + folder.path().string() + "/in --format=" + format + " -cf - " + members);
      const auto unpacked = unpack(bytes_of(tar));
      ASSERT_TRUE(unpacked) << format << " " << members;
      ASSERT_EQ(unpacked->files.size(), 1U);
      EXPECT_EQ(crypto::text_of(unpacked->files[0].content), "one");
    }
}

TEST(Unpacking, RefusesNamesThatAReportNeverHas) {
  for (const char* name :
       {"../report.json", "/report.json", "files/../../a1", "files/a0", "files/a6", "files/a11", "a1",
        "files/a1/x", "report.JSON", "files//a1", "./../a1", "\xD0\xB0"})
    EXPECT_EQ(fault_with({name, "x"}), UnpackFault::bad_name) << name;
}

TEST(Unpacking, RefusesEverythingButRegularFiles) {
  EXPECT_EQ(fault_with({"files/a1", "", '1', "report.json"}), UnpackFault::not_regular) << "hard link";
  EXPECT_EQ(fault_with({"files/a1", "", '2', "/etc/passwd"}), UnpackFault::not_regular) << "symbolic link";
  EXPECT_EQ(fault_with({"files/a1", "", '3'}), UnpackFault::not_regular) << "character device";
  EXPECT_EQ(fault_with({"files/a1", "", '4'}), UnpackFault::not_regular) << "block device";
  EXPECT_EQ(fault_with({"files/a1", "", '6'}), UnpackFault::not_regular) << "pipe";
  EXPECT_EQ(fault_with({"files/a1/", "", '5'}), UnpackFault::not_regular) << "folder";
  EXPECT_EQ(fault_with({"files/a1/", ""}), UnpackFault::not_regular)
      << "a folder by its name, as old tars have it";
  EXPECT_EQ(fault_with({"elsewhere/", "", '5'}), UnpackFault::not_regular) << "folder";
}

TEST(Unpacking, RefusesSparseFilesOfGnuTar) {
  const testing::TemporaryFolder folder;
  testing::write_text(folder.path() / "report.json", "{}");
  std::filesystem::create_directories(folder.path() / "files");
  testing::run("truncate -s 1M " + folder.path().string() + "/files/a1");
  for (const char* format : {"gnu", "pax"}) {
    const std::string tar = testing::run("tar -C " + folder.path().string() + " -S --format=" + format +
                                         " -cf - report.json files/a1");
    EXPECT_FALSE(unpack(bytes_of(tar))) << format;
  }
}

TEST(Unpacking, RefusesTheSameMemberTwice) {
  EXPECT_EQ(fault_with(report_json), UnpackFault::repeated);
  EXPECT_EQ(fault_with({"./report.json", "{}"}), UnpackFault::repeated);
  EXPECT_EQ(unpack(bytes_of(tar_of({report_json, first_file, first_file}))).error(), UnpackFault::repeated);
}

TEST(Unpacking, RefusesAReportWithoutADocument) {
  EXPECT_EQ(unpack(bytes_of(tar_of({first_file}))).error(), UnpackFault::no_document);
  EXPECT_EQ(unpack(bytes_of(tar_of({}))).error(), UnpackFault::no_document);
}

TEST(Unpacking, RefusesTooManyMembers) {
  const std::vector<TarMember> members(20, TarMember{"files/", "", '5'});
  EXPECT_EQ(unpack(bytes_of(tar_of(members))).error(), UnpackFault::too_many);
}

TEST(Unpacking, RefusesMoreThan32MiB) {
  const std::string packed(max_packed_size + 1, '\0');
  EXPECT_EQ(unpack(bytes_of(packed)).error(), UnpackFault::too_large);
}

TEST(Unpacking, RefusesAMemberThatClaimsMoreThanTheTarHas) {
  std::string header = tar_member({"files/a1", std::string(20'000, 'x')}).substr(0, 512);
  const std::string tar = tar_member(report_json) + header + std::string(1024, '\0');
  EXPECT_EQ(unpack(bytes_of(tar)).error(), UnpackFault::too_large);
}

TEST(Unpacking, RefusesATarThatIsCutOffOrDamaged) {
  const std::string tar = tar_of({report_json, first_file});
  EXPECT_EQ(unpack(bytes_of("")).error(), UnpackFault::no_end);
  EXPECT_EQ(unpack(bytes_of(tar.substr(0, tar.size() - 512))).error(), UnpackFault::no_end);
  std::string wrong_sum = tar;
  wrong_sum[0] = 'R';
  EXPECT_FALSE(unpack(bytes_of(wrong_sum)));
  std::string wrong_second = tar;
  wrong_second[1024] = 'F';
  EXPECT_FALSE(unpack(bytes_of(wrong_second)));
}

TEST(Unpacking, RefusesAnythingButZerosAfterTheEnd) {
  const std::string tar = tar_of({report_json});
  const std::string zeros(2048, '\0');
  EXPECT_TRUE(unpack(bytes_of(tar + zeros)));
  EXPECT_EQ(unpack(bytes_of(tar + "x" + zeros)).error(), UnpackFault::after_end);
  EXPECT_EQ(unpack(bytes_of(tar + tar_of({first_file}))).error(), UnpackFault::after_end);
}

TEST(Unpacking, WritesOnlyIntoANewFolderOfItsOwn) {
  const testing::TemporaryFolder folder;
  const Unpacked unpacked = unpack_good(tar_of({report_json, {"thread.json", "secret"}, first_file}));
  const auto target = folder.path() / "report";
  ASSERT_TRUE(write_unpacked(unpacked, target));
  EXPECT_EQ(testing::read_text(target / "report.json"), "{}");
  EXPECT_EQ(testing::read_text(target / "files/a1"), "one");
  EXPECT_FALSE(std::filesystem::exists(target / "thread.json"));
  EXPECT_EQ(mode_of(target), 0700U);
  EXPECT_EQ(mode_of(target / "files"), 0700U);
  EXPECT_EQ(mode_of(target / "report.json"), 0600U);
  EXPECT_EQ(mode_of(target / "files/a1"), 0600U);

  const auto again = write_unpacked(unpacked, target);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error(), crypto::IoFault::exists);
  std::filesystem::create_symlink(folder.path(), folder.path() / "link");
  EXPECT_EQ(write_unpacked(unpacked, folder.path() / "link").error(), crypto::IoFault::exists);
}

TEST(Attachments, MustBeExactlyTheFilesThatTheDocumentLists) {
  const Unpacked unpacked = unpack_good(tar_of({report_json, first_file}));
  const Attachment good{"a1", "photo", 3, crypto::sha256(bytes_of("one")), "image/png"};
  EXPECT_TRUE(check_attachments(document_of({good}), unpacked));

  const auto fault_of = [&](const std::vector<Attachment>& listed) {
    const auto checked = check_attachments(document_of(listed), unpacked);
    EXPECT_FALSE(checked);
    return checked ? AttachmentFault{} : checked.error().fault;
  };
  Attachment missing = good, longer = good, other = good;
  missing.id = "a2";
  longer.size = 4;
  other.sha256 = crypto::sha256(bytes_of("two"));
  EXPECT_EQ(fault_of({good, missing}), AttachmentFault::not_given);
  EXPECT_EQ(fault_of({longer}), AttachmentFault::wrong_size);
  EXPECT_EQ(fault_of({other}), AttachmentFault::wrong_hash);
  EXPECT_EQ(fault_of({}), AttachmentFault::not_listed);
}

}  // namespace sandyk::report
