// The form of the page without script, as browsers and curl send it, and whatever else arrives.
#include "intake/form.h"

#include <gtest/gtest.h>

namespace sandyk::intake {
namespace {

constexpr std::string_view boundary = "----WebKitFormBoundaryAbC123";

std::string part(std::string_view name, std::string_view value, std::string_view more = "") {
  return "--" + std::string(boundary) + "\r\nContent-Disposition: form-data; name=\"" + std::string(name) +
         "\"" + std::string(more) + "\r\n\r\n" + std::string(value) + "\r\n";
}

std::string closed(const std::string& parts) {
  return parts + "--" + std::string(boundary) + "--\r\n";
}

std::optional<Form> parse(const std::string& body) {
  return parse_form(crypto::bytes_of(body), boundary);
}

const std::string file = part("file", std::string("age\r\n\0--x\r\n\r\n", 13),
                              "; filename=\"secret.age\"\r\nContent-Type: application/octet-stream");

TEST(Form, OfABrowserIsRead) {
  const std::string body =
      closed(part("year", "2026") + part("week", "48") + part("puzzle", " 1:64:00\r\n") + file);
  const auto form = parse(body);
  ASSERT_TRUE(form);
  EXPECT_EQ("2026-W48", form->week.text());
  EXPECT_EQ("1:64:00", form->puzzle);
  EXPECT_EQ(std::string_view("age\r\n\0--x\r\n\r\n", 13), crypto::text_of(form->file));
}

TEST(Form, TakesAWholeWeekToo) {
  const std::string body = closed(part("week", "2026-W48") + part("file", ""));
  const auto form = parse(body);
  ASSERT_TRUE(form);
  EXPECT_EQ("2026-W48", form->week.text());
  EXPECT_TRUE(form->file.empty());
  EXPECT_EQ("", form->puzzle);
}

TEST(Form, WithoutWeekOrFileOrWithOneTwiceIsNone) {
  EXPECT_FALSE(parse(closed(file)));
  EXPECT_FALSE(parse(closed(part("week", "2026-W48"))));
  EXPECT_FALSE(parse(closed(part("week", "2026-W54") + file)));
  EXPECT_FALSE(parse(closed(part("year", "2026") + part("week", std::string(300, '4')) + file)));
  EXPECT_FALSE(parse(closed(part("week", "2026-W48") + file + file)));
}

TEST(Form, CutAnywhereIsNone) {
  const std::string body = closed(part("year", "2026") + part("week", "48") + file);
  ASSERT_TRUE(parse(body));
  for (std::size_t size = 0; size + 2 < body.size(); ++size)
    EXPECT_FALSE(parse(body.substr(0, size))) << size;
}

TEST(Form, OfEndlessHeadsAndPartsIsNone) {
  EXPECT_FALSE(parse(closed(part("week", "2026-W48", "\r\nX-More: " + std::string(2000, 'x')) + file)));
  std::string many;
  for (int n = 0; n < 20; ++n) many += part("x" + std::to_string(n), "");
  EXPECT_FALSE(parse(closed(many + part("week", "2026-W48") + file)));
  EXPECT_FALSE(parse(closed(part("week", "2026-W48") + file) + "more"));
}

TEST(FormBoundary, IsWhatBrowsersMake) {
  EXPECT_EQ("----WebKitFormBoundaryAbC123",
            form_boundary("multipart/form-data; boundary=----WebKitFormBoundaryAbC123"));
  EXPECT_EQ("x", form_boundary("Multipart/Form-Data; Boundary=x"));
  for (const std::string text :
       {"multipart/form-data", "multipart/form-data; boundary=", "application/octet-stream",
        "multipart/form-data; boundary=a b", "multipart/form-data; boundary=\"x\""})
    EXPECT_FALSE(form_boundary(text)) << text;
  EXPECT_FALSE(form_boundary("multipart/form-data; boundary=" + std::string(71, 'x')));
}

}  // namespace
}  // namespace sandyk::intake
