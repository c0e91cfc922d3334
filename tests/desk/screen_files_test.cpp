// A report's files: shown from pixels that the real reader decodes, or saved where a person says.
#include <gmock/gmock.h>

#include "desk/picture_decoding.h"
#include "tests/desk/pictures.h"
#include "tests/desk/screen.h"

namespace sandyk::desk {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using namespace std::string_literals;
namespace fs = std::filesystem;

class ScreenFiles : public ScreenTest {
 protected:
  ScreenFiles() { fs::create_directory(out()); }
  fs::path out() const { return folder / "out"; }
  std::string body(const std::string& copy = "original") const {
    return crypto::Json{{"folder", out().string()}, {"copy", copy}}.dump();
  }
  static std::string read(const fs::path& file) {
    const auto bytes = crypto::read_file(file, 1U << 26);
    return bytes ? std::string(crypto::text_of(*bytes)) : "";
  }
};

TEST_F(ScreenFiles, AreShownFromTheirPixelsAlone) {
  const std::string secret = "FICTIONAL PLACE AND DEVICE";
  std::string jpeg = with_orientation(jpeg_of(two_colours(3000, 2000)), 6);
  jpeg.insert(2, "\xFF\xFE" + std::string{0, static_cast<char>(secret.size() + 2)} + secret);  // a comment
  add({1, "x", "2026-11-23", "report", {}, {jpeg}});
  serve();
  const auto shown = client->Get("/api/reports/1/files/a1/picture");
  ASSERT_TRUE(shown);
  ASSERT_EQ(shown->status, 200) << shown->body;
  EXPECT_EQ(shown->get_header_value("Content-Type"), "image/png");
  EXPECT_THAT(shown->body, StartsWith("\x89PNG"));
  EXPECT_THAT(shown->body, Not(HasSubstr(secret)));
  EXPECT_THAT(shown->body, Not(HasSubstr("Exif")));
  const auto pixels = decode_picture(crypto::bytes_of(shown->body), 4096);
  ASSERT_TRUE(pixels);
  EXPECT_EQ(pixels->height, 2048U);
  EXPECT_EQ(pixels->width, 1365U);
}

TEST_F(ScreenFiles, NastyOnesAreRefusedWithAReason) {
  const std::string jpeg = jpeg_of(two_colours(8, 8));
  add({1,
       "x",
       "2026-11-23",
       "report",
       {},
       {"<svg onload='alert(1)'/>", "<html><script>alert(1)</script>", png_bomb(50'000, 50'000),
        jpeg + "PK\x05\x06" + std::string(18, '\0'), "\xFF\xD8\xFF" + std::string(4096, 'A')}});
  serve();
  const char* reasons[] = {"image/svg+xml", "text/html", "more than is decoded", "a zip archive", "damaged"};
  for (int i = 0; i < 5; ++i) {
    const auto shown = get("/api/reports/1/files/a" + std::to_string(i + 1) + "/picture");
    EXPECT_EQ(shown.status, 422);
    EXPECT_THAT(shown.json.value("error", ""), AllOf(HasSubstr("not shown"), HasSubstr(reasons[i])));
  }
  EXPECT_EQ(get("/api/state").status, 200);
}

TEST_F(ScreenFiles, ThatAreNotThereAreNotFound) {
  add({1, "x", "2026-11-23", "report", {}, {"text"}});
  serve();
  for (const char* path :
       {"/api/reports/2/files/a1/picture", "/api/reports/1/files/a2/picture",
        "/api/reports/1/files/sealed/picture", "/api/reports/1/files/..%2Freport.json/picture"})
    EXPECT_EQ(get(path).status, 404) << path;
  EXPECT_EQ(post("/api/reports/2/save", body()).status, 404);
  EXPECT_EQ(post("/api/reports/1/files/a9/save", body()).status, 404);
}

TEST_F(ScreenFiles, AreSavedOnceWhereAPersonSays) {
  add({1, "x", "2026-11-23", "report", {}, {"<script>1</script>", jpeg_of(two_colours(8, 8))}});
  serve();
  const std::string id = crypto::report_id(crypto::Bytes{1}).hex(), beginning = id.substr(0, 12);
  const auto saved = post("/api/reports/1/files/a1/save", body());
  ASSERT_EQ(saved.status, 200) << saved.json;
  EXPECT_EQ(saved.json["path"], (out() / (beginning + "-a1.html.txt")).string());
  EXPECT_THAT(saved.json.value("warning", ""), HasSubstr("never with a network"));
  EXPECT_EQ(read(saved.json["path"].get<std::string>()), "<script>1</script>");
  EXPECT_EQ(post("/api/reports/1/files/a1/save", body()).status, 409);
  EXPECT_EQ(post("/api/reports/1/files/a1/save", body("stripped")).status, 422);
  const auto stripped = post("/api/reports/1/files/a2/save", body("stripped"));
  ASSERT_EQ(stripped.status, 200) << stripped.json;
  EXPECT_THAT(read(out() / (beginning + "-a2-stripped.png")), StartsWith("\x89PNG"));
  const auto original = post("/api/reports/1/save", body());
  ASSERT_EQ(original.status, 200) << original.json;
  const fs::path own = out() / ("report-" + beginning);
  EXPECT_EQ(read(own / (id + ".age")), crypto::text_of(sealed));
  EXPECT_EQ(read(own / "SHA256SUMS"), crypto::sha256(sealed).hex() + "  " + id + ".age\n");
  EXPECT_EQ(post("/api/reports/1/save", body()).status, 409);
  const auto seen = get("/api/reports/1").json;
  std::string acts;
  for (const auto& entry : seen["custody"])
    acts += entry["act"].get<std::string>() + " " + entry["detail"].get<std::string>() + "; ";
  EXPECT_THAT(acts,
              HasSubstr("exported a1; exported a2 without its metadata; exported the sealed original; "));
  EXPECT_THAT(acts, Not(HasSubstr(out().string())));
}

TEST_F(ScreenFiles, AreSavedIntoAFolderAlone) {
  add({1, "x", "2026-11-23", "report", {}, {"text"}});
  serve();
  for (const std::string& wrong :
       {""s, "out"s, "../out"s, (out() / "no").string(), "/etc/passwd"s, "/tmp\0x"s}) {
    const auto refused =
        post("/api/reports/1/files/a1/save", crypto::Json{{"folder", wrong}, {"copy", "original"}}.dump());
    EXPECT_EQ(refused.status, 400) << wrong;
  }
  EXPECT_EQ(post("/api/reports/1/files/a1/save", body("other")).status, 400);
  EXPECT_EQ(post("/api/reports/1/files/a1/save", R"({"folder": 1})").status, 400);
  EXPECT_THAT(std::vector<fs::path>(fs::directory_iterator(out()), {}), IsEmpty());
}

/// A link in the folder leads nowhere: it is something that is there.
TEST_F(ScreenFiles, FollowNoLink) {
  add({1, "x", "2026-11-23", "report", {}, {"text"}});
  serve();
  const std::string beginning = crypto::report_id(crypto::Bytes{1}).hex().substr(0, 12);
  fs::create_symlink(folder / "elsewhere", out() / (beginning + "-a1.txt"));
  fs::create_symlink(folder / "elsewhere", out() / ("report-" + beginning));
  EXPECT_EQ(post("/api/reports/1/files/a1/save", body()).status, 409);
  EXPECT_EQ(post("/api/reports/1/save", body()).status, 409);
  EXPECT_FALSE(fs::exists(folder / "elsewhere"));
}

}  // namespace
}  // namespace sandyk::desk
