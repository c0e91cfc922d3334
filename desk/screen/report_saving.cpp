#include "desk/screen/report_saving.h"

#include <fmt/format.h>

#include <system_error>

#include "crypto/seal/file.h"
#include "desk/file_kind.h"

namespace sandyk::desk {
namespace {

namespace fs = std::filesystem;
using crypto::ByteView;
using Saved = tl::expected<fs::path, NotSaved>;

constexpr std::size_t shown_of_id = 12;

std::string beginning_of(const crypto::ReportId& id) {
  return id.hex().substr(0, shown_of_id);
}

tl::unexpected<NotSaved> not_saved(int status, std::string say) {
  return tl::unexpected(NotSaved{status, std::move(say)});
}

Saved put_new(const fs::path& file, ByteView bytes) {
  const auto done = crypto::write_file(file, bytes, 0600, crypto::NewFile::Replace::no);
  if (done) return file;
  if (done.error() == crypto::IoFault::exists)
    return not_saved(409, fmt::format("{} is there already, and is left as it is.", file.string()));
  return not_saved(500, fmt::format("{} cannot be written: {}.", file.string(), sentence(done.error())));
}

}  // namespace

Saved folder_named(const std::string& text) {
  const fs::path folder(text);
  std::error_code fault;
  if (text.find('\0') != std::string::npos || !folder.is_absolute())
    return not_saved(400, "Name a folder by its whole path, such as /media/usb/out.");
  if (!fs::is_directory(folder, fault)) return not_saved(400, fmt::format("{} is not a folder.", text));
  return folder.lexically_normal();
}

Saved save_file(const fs::path& folder, const crypto::ReportId& id, const std::string& name,
                ByteView content) {
  return put_new(folder / fmt::format("{}-{}.{}", beginning_of(id), name, kind_of_file(content).extension),
                 content);
}

Saved save_stripped(const fs::path& folder, const crypto::ReportId& id, const std::string& name,
                    const Pixels& pixels) {
  return put_new(folder / fmt::format("{}-{}-stripped.png", beginning_of(id), name),
                 crypto::bytes_of(png_of(pixels)));
}

Saved save_sealed(const fs::path& folder, const crypto::ReportId& id, ByteView sealed) {
  const fs::path own = folder / ("report-" + beginning_of(id));
  std::error_code fault;
  // Only what this makes anew is written into.
  if (fs::exists(fs::symlink_status(own, fault)))
    return not_saved(409, fmt::format("{} is there already, and is left as it is.", own.string()));
  if (auto made = crypto::make_directory(own); !made)
    return not_saved(500,
                     fmt::format("The folder {} cannot be made: {}.", own.string(), sentence(made.error())));
  const std::string file = id.hex() + ".age";
  if (auto done = put_new(own / file, sealed); !done) return done;
  const std::string sums = fmt::format("{}  {}\n", crypto::sha256(sealed).hex(), file);
  if (auto done = put_new(own / "SHA256SUMS", crypto::bytes_of(sums)); !done) return done;
  return own;
}

}  // namespace sandyk::desk
