#include "audit/source.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "audit/mirror.h"
#include "storage/folder.h"
#include "storage/layout.h"

namespace sandyk::audit {
namespace {

namespace fs = std::filesystem;

/// A folder that goes away with this object, unless it is to be kept.
class MirrorFolder {
 public:
  static tl::expected<MirrorFolder, Failure> make(const fs::path& keep) {
    std::error_code fault;
    if (!keep.empty()) {
      fs::create_directories(keep, fault);
      if (fault) return failure(crypto::exit_usage, "The folder to keep the mirror in cannot be made.");
      if (!storage::names_in(keep).empty())
        return failure(crypto::exit_usage, "The folder to keep the mirror in is not empty.");
      return MirrorFolder(keep, true);
    }
    std::string name = (fs::temp_directory_path(fault) / "sandyk-audit-XXXXXX").string();
    if (fault || ::mkdtemp(name.data()) == nullptr)
      return failure(crypto::exit_not_done, "No temporary folder can be made.");
    return MirrorFolder(name, false);
  }
  MirrorFolder(MirrorFolder&& other) noexcept
      : path_(std::exchange(other.path_, {})), is_kept_(other.is_kept_) {}
  MirrorFolder& operator=(MirrorFolder&&) = delete;
  ~MirrorFolder() {
    std::error_code ignored;
    if (!is_kept_ && !path_.empty()) fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  MirrorFolder(fs::path path, bool is_kept) : path_(std::move(path)), is_kept_(is_kept) {}
  fs::path path_;
  bool is_kept_;
};

tl::expected<void, Failure> check_settings(const Source& source, const transport::Address& server) {
  const auto& settings = source.settings;
  if (!settings.pin.empty() && !transport::is_pin(settings.pin))
    return failure(crypto::exit_usage, "The pin must read sha256//<base64>.");
  if (!settings.proxy.empty() && !transport::is_proxy(settings.proxy))
    return failure(crypto::exit_usage, "The proxy must read socks5h://<host>:<port>.");
  if (server.is_onion() && settings.proxy.empty())
    return failure(crypto::exit_usage, "An onion address is reached with --proxy only.");
  return {};
}

}  // namespace

tl::expected<int, Failure> with_evidence(const Source& source, Given given,
                                         const std::function<int(const Evidence&)>& use) {
  const auto server = transport::Address::parse(source.url_or_folder);
  if (!server) {
    const fs::path folder = source.url_or_folder;
    if (!storage::is_folder(folder / storage::layout::log) &&
        !storage::is_folder(folder / storage::layout::epochs))
      return failure(crypto::exit_usage,
                     "The source is neither a vault nor the address of a server (https://HOST[:PORT]).");
    return use(gather(folder, false, std::move(given)));
  }
  if (auto good = check_settings(source, *server); !good) return tl::unexpected(good.error());
  const auto folder = MirrorFolder::make(source.keep);
  if (!folder) return tl::unexpected(folder.error());
  transport::Client client(source.settings);
  if (auto done = mirror(fetch_from(client, *server), folder->path(), given.log_key); !done)
    return tl::unexpected(done.error());
  return use(gather(folder->path(), true, std::move(given)));
}

}  // namespace sandyk::audit
