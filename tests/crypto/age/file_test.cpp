// Files on disk: what has the name that was asked for is whole, or is not there.
#include "crypto/open/age/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "crypto/seal/age/file.h"
#include "tests/crypto/age/samples.h"
#include "tests/crypto/child.h"

namespace sandyk::crypto::age {
namespace {

namespace fs = std::filesystem;
using Replace = NewFile::Replace;

constexpr std::size_t batch = batch_chunks * chunk_size;

/// What came of it, as something that compares.
using SealWhy = std::pair<SealFault, std::optional<IoFault>>;
using OpenWhy = std::pair<OpenFault, std::optional<IoFault>>;
constexpr auto done = std::nullopt;

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

unsigned mode_of(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0U;
}

class AgeFile : public testing::Test {
 protected:
  TemporaryFolder folder;
  std::vector<Recipient> recipients;
  std::vector<Identity> identities;

  void SetUp() override {
    auto identity = X25519Identity::generate();
    recipients.emplace_back(identity.recipient());
    identities.emplace_back(std::move(identity));
  }
  fs::path in_folder(std::string_view name) const { return folder.path() / name; }
  std::vector<std::string> names() const { return names_in(folder.path()); }

  std::optional<SealWhy> seal_it(std::string_view from, std::string_view to,
                                 Replace replace = Replace::no) const {
    const auto sealed = seal_file(in_folder(from), {in_folder(to), false, replace}, recipients);
    if (sealed) return done;
    return SealWhy(sealed.error().fault, sealed.error().io);
  }
  std::optional<OpenWhy> open_it(std::string_view from, std::string_view to,
                                 Replace replace = Replace::no) const {
    const auto opened = open_file(in_folder(from), in_folder(to), identities, {Encoding::either}, replace);
    if (opened) return done;
    return OpenWhy(opened.error().fault, opened.error().io);
  }
  /// A file whose plaintext is so long, by that name.
  Bytes put_sealed(std::string_view name, std::size_t size) const {
    Bytes file = seal_to(recipients, pattern(size));
    folder.write(name, file);
    return file;
  }
};

TEST_F(AgeFile, IsSealedAndOpenedForItsOwnerAlone) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, 65536UL, batch + 1})
    for (const bool is_armored : {false, true}) {
      const TemporaryFolder here;
      const Bytes plain = pattern(size);
      here.write("plain", plain);
      ASSERT_TRUE(seal_file(here.path() / "plain", {here.path() / "sealed", is_armored}, recipients)) << size;
      EXPECT_EQ(here.text("sealed").starts_with("-----BEGIN AGE"), is_armored);
      ASSERT_TRUE(open_file(here.path() / "sealed", here.path() / "opened", identities)) << size;
      EXPECT_EQ(here.read("opened"), plain) << size;
      EXPECT_EQ(mode_of(here.path() / "sealed"), 0600U);
      EXPECT_EQ(mode_of(here.path() / "opened"), 0600U);
      EXPECT_EQ(names_in(here.path()), (std::vector<std::string>{"opened", "plain", "sealed"}));
    }
}

TEST_F(AgeFile, LeavesWhatIsThereUnlessAskedToReplaceIt) {
  folder.write("plain", bytes_of("new"));
  folder.write("there", bytes_of("old"));
  ASSERT_EQ(seal_it("plain", "sealed"), done);
  EXPECT_EQ(seal_it("plain", "there"), SealWhy(SealFault::sink, IoFault::exists));
  EXPECT_EQ(open_it("sealed", "there"), OpenWhy(OpenFault::sink, IoFault::exists));
  EXPECT_EQ(folder.text("there"), "old");
  ASSERT_EQ(open_it("sealed", "there", Replace::yes), done);
  EXPECT_EQ(folder.text("there"), "new");
  ASSERT_EQ(seal_it("plain", "there", Replace::yes), done);
  ASSERT_EQ(open_it("there", "opened"), done);
  EXPECT_EQ(folder.text("opened"), "new");
  EXPECT_EQ(names(), (std::vector<std::string>{"opened", "plain", "sealed", "there"}));
}

TEST_F(AgeFile, MayBeReplacedByItself) {
  folder.write("file", pattern(batch + 5));
  ASSERT_EQ(seal_it("file", "file", Replace::yes), done);
  ASSERT_EQ(open_it("file", "file", Replace::yes), done);
  EXPECT_EQ(folder.read("file"), pattern(batch + 5));
}

TEST_F(AgeFile, NamesWhatIsWrongWithTheInput) {
  folder.write("file", {});
  ASSERT_TRUE(fs::create_directory(in_folder("folder")));
  EXPECT_EQ(seal_it("none", "new"), SealWhy(SealFault::source, IoFault::not_found));
  EXPECT_EQ(open_it("none", "new"), OpenWhy(OpenFault::source, IoFault::not_found));
  for (const char* input : {"folder", "file/below"}) {
    EXPECT_EQ(seal_it(input, "new"), SealWhy(SealFault::source, IoFault::failed)) << input;
    EXPECT_EQ(open_it(input, "new"), OpenWhy(OpenFault::source, IoFault::failed)) << input;
  }
  EXPECT_EQ(names(), (std::vector<std::string>{"file", "folder"}));
}

TEST_F(AgeFile, NamesWhatIsWrongWithTheTarget) {
  put_sealed("sealed", 5);
  ASSERT_TRUE(fs::create_directory(in_folder("folder")));
  for (const auto& [target, io] : std::vector<std::pair<const char*, IoFault>>{
           {"none/new", IoFault::not_found}, {"sealed/new", IoFault::failed}, {"folder", IoFault::exists}}) {
    EXPECT_EQ(seal_it("sealed", target), SealWhy(SealFault::sink, io)) << target;
    EXPECT_EQ(open_it("sealed", target), OpenWhy(OpenFault::sink, io)) << target;
  }
  EXPECT_EQ(seal_it("sealed", "folder", Replace::yes), SealWhy(SealFault::sink, IoFault::failed));
  EXPECT_EQ(names(), (std::vector<std::string>{"folder", "sealed"}));
}

TEST_F(AgeFile, LeavesNothingBehindWhenItsRecipientsAreRefused) {
  folder.write("plain", bytes_of("plain"));
  recipients.emplace_back(HybridRecipient::throw_away());
  EXPECT_EQ(seal_it("plain", "sealed"), SealWhy(SealFault::mixed_recipients, std::nullopt));
  recipients.clear();
  EXPECT_EQ(seal_it("plain", "sealed"), SealWhy(SealFault::no_recipient, std::nullopt));
  EXPECT_EQ(names(), std::vector<std::string>{"plain"});
}

TEST_F(AgeFile, LeavesNothingBehindOfAFileThatIsNotGenuineToItsEnd) {
  const Bytes good = put_sealed("sealed", 2 * batch + 100);
  const auto fault_of = [&](ByteView file) {
    folder.write("bad", file);
    const auto why = open_it("bad", "opened").value();
    EXPECT_EQ(why.second, std::nullopt);
    return why.first;
  };
  const auto flipped = [&](std::size_t at) {
    Bytes bad = good;
    bad[at] ^= 1;
    return bad;
  };
  EXPECT_EQ(fault_of(flipped(good.size() - 1)), OpenFault::payload);
  EXPECT_EQ(fault_of(flipped(good.size() / 2)), OpenFault::payload);
  EXPECT_EQ(fault_of(flipped(0)), OpenFault::header);
  Bytes other_mac = good;
  std::uint8_t& of_mac = other_mac[parse_header(good)->size - 10];
  of_mac = of_mac == 'A' ? 'B' : 'A';  // base64 still
  EXPECT_EQ(fault_of(other_mac), OpenFault::mac);
  EXPECT_EQ(fault_of(ByteView(good).first(good.size() - 1)), OpenFault::payload);
  EXPECT_EQ(fault_of(ByteView(good).first(good.size() - 116)), OpenFault::payload);  // at a chunk's border
  EXPECT_EQ(fault_of(ByteView(good).first(100)), OpenFault::header);
  EXPECT_EQ(fault_of({}), OpenFault::header);
  EXPECT_EQ(fault_of(bytes_of("-----BEGIN AGE ENCRYPTED FILE-----\n")), OpenFault::armor);
  identities.clear();
  EXPECT_EQ(fault_of(good), OpenFault::no_match);
  EXPECT_EQ(names(), (std::vector<std::string>{"bad", "sealed"}));
}

TEST_F(AgeFile, KeepsTheOldFileWhenTheNewOneFails) {
  Bytes bad = put_sealed("sealed", batch + 100);
  bad.back() ^= 1;
  folder.write("bad", bad);
  folder.write("there", bytes_of("old"));
  EXPECT_EQ(open_it("bad", "there", Replace::yes), OpenWhy(OpenFault::payload, std::nullopt));
  recipients = list_of<Recipient>(X25519Recipient(X25519Point{}));
  EXPECT_EQ(seal_it("sealed", "there", Replace::yes), SealWhy(SealFault::bad_recipient, std::nullopt));
  EXPECT_EQ(folder.text("there"), "old");
  EXPECT_EQ(names(), (std::vector<std::string>{"bad", "sealed", "there"}));
}

/// A child that opens or seals what comes through a pipe, and is killed with this object.
class Child {
 public:
  template <class Work>
  explicit Child(Work&& work) : process_(::fork()) {
    if (process_ < 0) throw std::runtime_error("fork");
    if (process_ > 0) return;
    work();
    ::_exit(0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { kill(); }
  /// True when it was still at work.
  bool kill() {
    if (process_ <= 0) return false;
    ::kill(process_, SIGKILL);
    int status = 0;
    ::waitpid(std::exchange(process_, -1), &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  }

 private:
  pid_t process_;
};

/// Kills `work` after it has taken all but the last bytes of `input` from the pipe, yet has not seen its end.
template <class Work>
void kill_in_the_middle(const fs::path& pipe, ByteView input, Work&& work) {
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  ASSERT_NE(::signal(SIGPIPE, SIG_IGN), SIG_ERR);
  Child child(work);
  const Fd writer(::open(pipe.c_str(), O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(writer.is_open());
  ASSERT_TRUE(write_all(writer.get(), input));
  EXPECT_TRUE(child.kill());
}

/// What of a file stands under a temporary name.
std::uintmax_t size_of_the_part(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".part") return entry.file_size();
  return 0;
}

TEST_F(AgeFile, KilledInTheMiddleOfOpeningHasNoFileOfItsName) {
  const Bytes file = put_sealed("whole", 4 * batch);
  kill_in_the_middle(in_folder("sealed"), ByteView(file).first(7 * file.size() / 8),
                     [&] { (void)open_it("sealed", "opened"); });
  EXPECT_FALSE(fs::exists(in_folder("opened")));
  EXPECT_GE(size_of_the_part(folder.path()), batch) << "it was not in the middle";
  ASSERT_EQ(open_it("whole", "opened"), done);
  EXPECT_EQ(folder.read("opened"), pattern(4 * batch));
}

TEST_F(AgeFile, KilledInTheMiddleOfSealingHasNoFileOfItsName) {
  kill_in_the_middle(in_folder("plain"), pattern(4 * batch), [&] { (void)seal_it("plain", "sealed"); });
  EXPECT_FALSE(fs::exists(in_folder("sealed")));
  EXPECT_GE(size_of_the_part(folder.path()), batch) << "it was not in the middle";
}

using AgeFileDeathTest = AgeFile;

TEST_F(AgeFileDeathTest, AFullOrReadOnlyDiskIsNamedAndLeftTidy) {
  put_sealed("sealed", 1U << 20);
  ASSERT_TRUE(fs::create_directory(in_folder("disk")));
  const auto work = [&] {
    const int own = ::geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER;
    const auto disk = in_folder("disk");
    if (::unshare(own) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=64k") != 0)
      ::_exit(1);
    const OpenWhy open_full(OpenFault::sink, IoFault::disk_full);
    const SealWhy seal_full(SealFault::sink, IoFault::disk_full);
    if (open_it("sealed", "disk/new") != open_full) ::_exit(2);
    if (seal_it("sealed", "disk/new") != seal_full) ::_exit(3);
    if (!names_in(disk).empty()) ::_exit(4);
    if (::mount("tmpfs", disk.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=64k") != 0) ::_exit(5);
    const OpenWhy open_read_only(OpenFault::sink, IoFault::read_only);
    const SealWhy seal_read_only(SealFault::sink, IoFault::read_only);
    if (open_it("sealed", "disk/new") != open_read_only) ::_exit(6);
    if (seal_it("sealed", "disk/new") != seal_read_only) ::_exit(7);
    ::_exit(0);
  };
  EXPECT_EXIT(work(), testing::ExitedWithCode(0), "");
}

TEST_F(AgeFileDeathTest, NamesWhatMayNotBeReadOrWritten) {
  put_sealed("sealed", 5);
  put_sealed("locked", 5);
  ASSERT_TRUE(fs::create_directory(in_folder("closed")));
  ASSERT_EQ(::chmod(in_folder("sealed").c_str(), 0444), 0);
  ASSERT_EQ(::chmod(in_folder("locked").c_str(), 0000), 0);
  ASSERT_EQ(::chmod(in_folder("closed").c_str(), 0555), 0);
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  const auto work = [&] {
    if (!leave_root()) ::_exit(1);
    const OpenWhy not_read(OpenFault::source, IoFault::no_access);
    const SealWhy not_read_either(SealFault::source, IoFault::no_access);
    if (open_it("locked", "new") != not_read) ::_exit(2);
    if (seal_it("locked", "new") != not_read_either) ::_exit(3);
    const OpenWhy not_written(OpenFault::sink, IoFault::no_access);
    const SealWhy not_written_either(SealFault::sink, IoFault::no_access);
    if (open_it("sealed", "closed/new") != not_written) ::_exit(4);
    if (seal_it("sealed", "closed/new") != not_written_either) ::_exit(5);
    ::_exit(0);
  };
  EXPECT_EXIT(work(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace sandyk::crypto::age
