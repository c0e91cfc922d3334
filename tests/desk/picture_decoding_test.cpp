// What becomes of a picture: its kind, its size, its pixels.
#include "desk/picture_decoding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "desk/file_kind.h"
#include "tests/desk/pictures.h"

namespace sandyk::desk {
namespace {

using crypto::bytes_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::string_literals;

std::string_view type_of(const std::string& content) {
  return kind_of_file(bytes_of(content)).type;
}

/// The colour at a place, one letter.
char at(const Pixels& pixels, std::uint32_t x, std::uint32_t y) {
  const std::size_t place = 3 * (std::size_t{y} * pixels.width + x);
  return pixels.rgb[place] > 200 ? 'r' : pixels.rgb[place + 2] > 200 ? 'b' : '?';
}

TEST(FileKind, IsSeenByItsContent) {
  EXPECT_EQ(type_of(jpeg_of(two_colours(4, 4))), "image/jpeg");
  EXPECT_EQ(type_of(png_of(two_colours(4, 4))), "image/png");
  EXPECT_EQ(type_of(webp_of(two_colours(4, 4))), "image/webp");
  EXPECT_EQ(type_of("%PDF-1.7"), "application/pdf");
  EXPECT_EQ(type_of("PK\x03\x04zip"), "application/zip");
  EXPECT_EQ(type_of("RIFF1234WAVE"), "audio/wav");
  EXPECT_EQ(type_of("XXXX1234WAVE"), "text/plain");
  EXPECT_EQ(type_of("\0\0\0\x18"
                    "ftypheic"s),
            "image/heic");
  EXPECT_EQ(type_of("\0\0\0\x18"
                    "ftypisom"s),
            "video/mp4");
  EXPECT_EQ(type_of("текст"), "text/plain");
  EXPECT_EQ(type_of(""), "text/plain");
  EXPECT_EQ(type_of("a\0b"s), "application/octet-stream");
  EXPECT_EQ(type_of("\x7F"
                    "ELF"),
            "application/x-executable");
}

/// A browser runs what is in these, so nothing is saved under a name that it opens.
TEST(FileKind, ActiveTextIsSavedAsText) {
  for (const char* active : {"<!DOCTYPE html>x", "\n <HTML>", "text <ScRipt>alert(1)</script>", "<iframe>"}) {
    EXPECT_EQ(type_of(active), "text/html") << active;
    EXPECT_EQ(kind_of_file(bytes_of(active)).extension, "html.txt") << active;
  }
  const auto svg = kind_of_file(bytes_of("<?xml?><svg onload='x'/>"));
  EXPECT_EQ(svg.type, "image/svg+xml");
  EXPECT_EQ(svg.extension, "svg.txt");
  EXPECT_FALSE(svg.is_picture);
}

TEST(FileKind, SeesTwoKindsInOne) {
  const std::string jpeg = jpeg_of(two_colours(8, 8));
  EXPECT_FALSE(also_is(bytes_of(jpeg)));
  EXPECT_THAT(std::string(*also_is(bytes_of(jpeg + "PK\x05\x06" + std::string(18, '\0')))), HasSubstr("zip"));
  EXPECT_THAT(std::string(*also_is(bytes_of(jpeg.substr(0, 20) + "%PDF-1.4" + jpeg))), HasSubstr("PDF"));
  EXPECT_THAT(std::string(*also_is(bytes_of(jpeg.substr(0, 20) + "<SCRIPT>" + jpeg))), HasSubstr("script"));
}

TEST(PictureDecoding, GivesPixelsOfEachKind) {
  for (const std::string& file :
       {jpeg_of(two_colours(60, 40)), png_of(two_colours(60, 40)), webp_of(two_colours(60, 40))}) {
    const auto pixels = decode_picture(bytes_of(file), 2048);
    ASSERT_TRUE(pixels) << pixels.error();
    EXPECT_EQ(pixels->width, 60U);
    EXPECT_EQ(pixels->height, 40U);
    EXPECT_EQ(at(*pixels, 5, 20), 'r');
    EXPECT_EQ(at(*pixels, 55, 20), 'b');
  }
}

TEST(PictureDecoding, MakesThemSmall) {
  for (const std::string& file : {jpeg_of(two_colours(3000, 1000)), png_of(two_colours(3000, 1000)),
                                  webp_of(two_colours(3000, 1000))}) {
    const auto pixels = decode_picture(bytes_of(file), 300);
    ASSERT_TRUE(pixels) << pixels.error();
    EXPECT_EQ(pixels->width, 300U);
    EXPECT_EQ(pixels->height, 100U);
    EXPECT_EQ(at(*pixels, 140, 50), 'r');
    EXPECT_EQ(at(*pixels, 160, 50), 'b');
  }
  EXPECT_EQ(decode_picture(bytes_of(png_of(two_colours(3000, 1))), 30)->height, 1U);
}

TEST(PictureDecoding, JudgesTheSizeThatAFileNames) {
  for (const auto& [width, height] : {std::pair{60'000U, 60'000U}, {33'000U, 1U}, {20'000U, 20'000U}}) {
    const auto pixels = decode_picture(bytes_of(png_bomb(width, height)), 2048);
    ASSERT_FALSE(pixels);
    EXPECT_THAT(pixels.error(), HasSubstr("more than is decoded"));
  }
  std::string jpeg = jpeg_of(two_colours(16, 16));
  const auto frame = jpeg.find("\xFF\xC0");
  ASSERT_NE(frame, std::string::npos);
  jpeg.replace(frame + 5, 4, "\x75\x30\x75\x30");  // 30000 by 30000
  EXPECT_THAT(decode_picture(bytes_of(jpeg), 2048).error(), HasSubstr("30000 by 30000"));
}

TEST(PictureDecoding, RefusesWhatIsNoPicture) {
  for (const std::string& file : {"<svg xmlns='x'/>"s, "<html>"s, ""s, "GIF89a"s, "PK\x03\x04"s})
    EXPECT_THAT(decode_picture(bytes_of(file), 2048).error(), HasSubstr("no picture that can be shown"));
  const std::string png = png_of(two_colours(64, 64));
  EXPECT_THAT(decode_picture(bytes_of(png.substr(0, 60)), 2048).error(), HasSubstr("damaged"));
  EXPECT_THAT(decode_picture(bytes_of("\xFF\xD8\xFF rubbish"), 2048).error(), HasSubstr("damaged"));
  EXPECT_THAT(decode_picture(bytes_of("RIFF\x10\0\0\0WEBPVP8 "s), 2048).error(), HasSubstr("damaged"));
}

/// Whatever is cut off or changed gives pixels or a sentence.
TEST(PictureDecoding, SurvivesDamage) {
  const auto small = two_colours(24, 24);
  for (const std::string& whole : {jpeg_of(small), png_of(small), webp_of(small)})
    for (std::size_t i = 0; i < whole.size(); ++i) {
      std::string changed = whole;
      changed[i] = static_cast<char>(changed[i] ^ 0x5A);
      for (const std::string& file : {whole.substr(0, i), changed}) {
        const auto pixels = decode_picture(bytes_of(file), 16);
        EXPECT_TRUE(pixels ? pixels->width <= 16 && pixels->height <= 16 : !pixels.error().empty());
      }
    }
}

TEST(PictureDecoding, TurnsAPhotographUpright) {
  const std::string jpeg = jpeg_of(two_colours(60, 40));
  struct Case {
    char orientation;
    std::uint32_t width;
    std::string corners;  // from the upper left, by rows
  };
  for (const auto& [orientation, width, corners] :
       {Case{1, 60, "rbrb"}, Case{2, 60, "brbr"}, Case{3, 60, "brbr"}, Case{4, 60, "rbrb"},
        Case{5, 40, "rrbb"}, Case{6, 40, "rrbb"}, Case{7, 40, "bbrr"}, Case{8, 40, "bbrr"}}) {
    const auto pixels = decode_picture(bytes_of(with_orientation(jpeg, orientation)), 100);
    ASSERT_TRUE(pixels) << pixels.error();
    EXPECT_EQ(pixels->width, width) << int{orientation};
    const std::uint32_t right = pixels->width - 3, below = pixels->height - 3;
    EXPECT_EQ((std::string{at(*pixels, 2, 2), at(*pixels, right, 2), at(*pixels, 2, below),
                           at(*pixels, right, below)}),
              corners)
        << int{orientation};
  }
  EXPECT_EQ(orientation_of_jpeg(bytes_of(with_orientation(jpeg, 9))), 1U);
  EXPECT_EQ(orientation_of_jpeg(bytes_of(with_orientation(jpeg, 6).substr(0, 30))), 1U);
}

TEST(Pixels, AreTurnedEachWay) {
  // Four pixels in two rows, each its own grey.
  const auto grey = [](std::initializer_list<int> values, std::uint32_t width) {
    Pixels pixels{width, static_cast<std::uint32_t>(values.size()) / width, {}};
    for (const int value : values)
      for (int i = 0; i < 3; ++i) pixels.rgb.push_back(static_cast<std::uint8_t>(value));
    return pixels;
  };
  const auto values = [](const Pixels& pixels) {
    std::vector<int> found;
    for (std::size_t i = 0; i < pixels.rgb.size(); i += 3) found.push_back(pixels.rgb[i]);
    return found;
  };
  const auto turn = [&](unsigned how) { return values(turned(grey({1, 2, 3, 4, 5, 6}, 3), how)); };
  EXPECT_THAT(turn(1), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(turn(2), ElementsAre(3, 2, 1, 6, 5, 4));
  EXPECT_THAT(turn(3), ElementsAre(6, 5, 4, 3, 2, 1));
  EXPECT_THAT(turn(4), ElementsAre(4, 5, 6, 1, 2, 3));
  EXPECT_THAT(turn(5), ElementsAre(1, 4, 2, 5, 3, 6));
  EXPECT_THAT(turn(6), ElementsAre(4, 1, 5, 2, 6, 3));
  EXPECT_THAT(turn(7), ElementsAre(6, 3, 5, 2, 4, 1));
  EXPECT_THAT(turn(8), ElementsAre(3, 6, 2, 5, 1, 4));
  EXPECT_THAT(values(shrunk(grey({0, 100, 100, 200}, 2), 1)), ElementsAre(100));
}

TEST(Pixels, AreReadAsWritten) {
  const auto pixels = two_colours(3, 2);
  auto bytes = write_pixels(pixels);
  const auto read = parse_pixels(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->width, 3U);
  EXPECT_EQ(read->rgb, pixels.rgb);
  bytes.push_back(0);
  EXPECT_FALSE(parse_pixels(bytes));
  bytes.resize(bytes.size() - 2);
  EXPECT_FALSE(parse_pixels(bytes));
  EXPECT_FALSE(parse_pixels(crypto::Bytes(8, 0)));
  EXPECT_FALSE(parse_pixels(crypto::Bytes(8, 0xFF)));
  EXPECT_FALSE(parse_pixels({}));
}

}  // namespace
}  // namespace sandyk::desk
