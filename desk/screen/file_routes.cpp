#include <fmt/format.h>

#include "desk/reader_child.h"
#include "desk/screen/report_saving.h"
#include "desk/screen/server.h"
#include "report/document.h"

namespace sandyk::desk {
namespace {

using crypto::Date;
using crypto::Json;
using Content = tl::expected<crypto::WipedBytes, Answer>;

constexpr std::uint32_t shown_side = 2048;
constexpr std::string_view hostile =
    "Somebody you do not know made this file. Open it only on a machine that you can lose, never with a "
    "network.";

struct WhichFile {
  std::int64_t n;
  std::string name;
};

tl::expected<WhichFile, Answer> which(const Asked& asked) {
  const auto n = asked.number("n");
  if (!n) return tl::unexpected(no_such_report());
  const auto name = asked.path.find("name");
  if (name == asked.path.end() || !report::is_attachment_id(name->second))
    return tl::unexpected(refuse(404, "The report has no such file."));
  return WhichFile{*n, name->second};
}

Content content_of(CaseFile& file, std::int64_t n, const std::string& name) {
  auto content = file.content(n, name);
  if (!content) return tl::unexpected(refuse(content.error()));
  if (!*content) return tl::unexpected(refuse(404, "The report has no such file."));
  return std::move(**content);
}

tl::expected<Pixels, Answer> pixels_of(Desk& desk, crypto::ByteView file, std::uint32_t side) {
  const std::lock_guard one(desk.decoding);
  auto reader = ReaderChild::start(desk.reader);
  if (!reader) return tl::unexpected(refuse(reader.error()));
  auto pixels = reader->picture(file, side);
  if (!pixels)
    return tl::unexpected(refuse(422, fmt::format("The picture is not shown: {}.", pixels.error().why)));
  return std::move(*pixels);
}

/// Decoding takes a while: the case file is free meanwhile.
Answer picture(const Asked& asked, Desk& desk) {
  const auto file = which(asked);
  if (!file) return file.error();
  const auto content = [&] {
    const std::lock_guard lock(desk.busy);
    return content_of(desk.file, file->n, "files/" + file->name);
  }();
  if (!content) return content.error();
  const auto pixels = pixels_of(desk, *content, shown_side);
  if (!pixels) return pixels.error();
  return {200, "image/png", png_of(*pixels)};
}

tl::expected<crypto::ReportId, Answer> id_of(CaseFile& file, std::int64_t n) {
  auto select = file.database().prepare("SELECT id FROM reports WHERE n = ?");
  if (!select) return tl::unexpected(refuse(500, say(select.error())));
  const auto there = select->bind(1, n).step();
  if (!there) return tl::unexpected(refuse(500, say(there.error())));
  const auto bytes = *there ? select->blob(0) : std::nullopt;
  const auto id = bytes ? crypto::ReportId::from(*bytes) : std::nullopt;
  if (!id) return tl::unexpected(no_such_report());
  return *id;
}

/// Says where it is now; the chain of custody says what went out, not where to.
Answer saved(CaseFile& file, std::int64_t n, const tl::expected<std::filesystem::path, NotSaved>& done,
             const std::string& what) {
  if (!done) return refuse(done.error().status, done.error().say);
  if (auto noted = file.note(n, Date::today(), "exported", what); !noted) return refuse(noted.error());
  return answer(Json{{"path", done->string()}, {"warning", hostile}});
}

Answer save_one(const Asked& asked, Desk& desk) {
  const auto file = which(asked);
  if (!file) return file.error();
  const auto folder = folder_named(crypto::text_member(asked.body, "folder").value_or(""));
  if (!folder) return refuse(folder.error().status, folder.error().say);
  const std::string copy = crypto::text_member(asked.body, "copy").value_or("");
  if (copy != "original" && copy != "stripped") return refuse(400, "A copy is the original or stripped.");
  const auto id = id_of(desk.file, file->n);
  if (!id) return id.error();
  const auto content = content_of(desk.file, file->n, "files/" + file->name);
  if (!content) return content.error();
  if (copy == "original")
    return saved(desk.file, file->n, save_file(*folder, *id, file->name, *content), file->name);
  const auto pixels = pixels_of(desk, *content, most_side);
  if (!pixels) return pixels.error();
  return saved(desk.file, file->n, save_stripped(*folder, *id, file->name, *pixels),
               file->name + " without its metadata");
}

Answer save_original(const Asked& asked, Desk& desk) {
  const auto n = asked.number("n");
  if (!n) return no_such_report();
  const auto folder = folder_named(crypto::text_member(asked.body, "folder").value_or(""));
  if (!folder) return refuse(folder.error().status, folder.error().say);
  const auto id = id_of(desk.file, *n);
  if (!id) return id.error();
  const auto content = content_of(desk.file, *n, "sealed");
  if (!content) return content.error();
  return saved(desk.file, *n, save_sealed(*folder, *id, *content), "the sealed original");
}

}  // namespace

void add_file_routes(Server& server, Desk& desk) {
  server.get(
      "/api/reports/:n/files/:name/picture", [&desk](const Asked& asked) { return picture(asked, desk); },
      Server::Hold::no);
  server.post("/api/reports/:n/files/:name/save",
              [&desk](const Asked& asked) { return save_one(asked, desk); });
  server.post("/api/reports/:n/save", [&desk](const Asked& asked) { return save_original(asked, desk); });
}

}  // namespace sandyk::desk
