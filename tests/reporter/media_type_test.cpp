#include "reporter/media_type.h"

#include <gtest/gtest.h>

#include <string>

namespace sandyk::reporter {
namespace {

using crypto::bytes_of;
using std::string_view_literals::operator""sv;

std::string jpeg_with(std::string_view app1) {
  const auto length = static_cast<char>(app1.size() + 2);
  return std::string(
             "\xFF\xD8\xFF\xE0\0\x04"
             "ab\xFF\xE1\0"sv) +
         length + std::string(app1);
}

}  // namespace

TEST(MediaType, IsToldFromTheFirstBytes) {
  EXPECT_EQ(media_type_of(bytes_of("\xFF\xD8\xFF\xE0"sv)), "image/jpeg");
  EXPECT_EQ(media_type_of(bytes_of("\x89PNG\r\n\x1A\n"sv)), "image/png");
  EXPECT_EQ(media_type_of(bytes_of("%PDF-1.7"sv)), "application/pdf");
  EXPECT_EQ(media_type_of(bytes_of("ID3\x04"sv)), "audio/mpeg");
  EXPECT_EQ(media_type_of(bytes_of("\0\0\0\x18"
                                   "ftypmp42"sv)),
            "video/mp4");
}

TEST(MediaType, IsUnknownForAnythingElse) {
  EXPECT_EQ(media_type_of({}), "application/octet-stream");
  EXPECT_EQ(media_type_of(bytes_of("hello")), "application/octet-stream");
  EXPECT_EQ(media_type_of(bytes_of("\xFF\xD8"sv)), "application/octet-stream");
}

TEST(MediaType, SuggestsAKindOfEvidence) {
  EXPECT_EQ(evidence_kind_of("image/png"), "photo");
  EXPECT_EQ(evidence_kind_of("audio/mpeg"), "audio");
  EXPECT_EQ(evidence_kind_of("video/mp4"), "video");
  EXPECT_EQ(evidence_kind_of("application/octet-stream"), "document");
}

TEST(Exif, IsSeenBehindOtherSegments) {
  EXPECT_TRUE(has_exif(bytes_of(jpeg_with("Exif\0\0II"sv))));
  EXPECT_FALSE(has_exif(bytes_of(jpeg_with("http://ns.adobe.com"sv))));
}

TEST(Exif, IsNotInWhatIsNotAWholeJpeg) {
  EXPECT_FALSE(has_exif({}));
  EXPECT_FALSE(has_exif(bytes_of("Exif\0\0"sv)));
  const std::string good = jpeg_with("Exif\0\0II"sv);
  for (std::size_t n = 0; n < good.size(); ++n) EXPECT_FALSE(has_exif(bytes_of(good.substr(0, n)))) << n;
}

}  // namespace sandyk::reporter
