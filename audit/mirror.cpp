#include "audit/mirror.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <thread>

#include "crypto/seal/keyring.h"
#include "crypto/seal/policy.h"
#include "storage/layout.h"
#include "storage/signed_file.h"

namespace sandyk::audit {
namespace {

namespace fs = std::filesystem;
namespace layout = storage::layout;
using storage::LogReadFault;
using transport::TransportFault;

constexpr unsigned tries = 4;
constexpr std::chrono::seconds first_wait{2}, longest_wait{60};
constexpr std::size_t max_file = std::max(storage::max_bundle_size, crypto::max_note_size);
constexpr unsigned ok = 200, not_found = 404, too_many = 429, unavailable = 503;

/// Whether trying again may help.
bool may_pass(TransportFault fault) {
  return fault == TransportFault::unreachable || fault == TransportFault::timeout ||
         fault == TransportFault::cut_off;
}

crypto::ExitCode code_of(TransportFault fault) {
  if (fault == TransportFault::bad_settings) return crypto::exit_usage;
  const bool is_another = fault == TransportFault::certificate || fault == TransportFault::pin;
  return is_another ? crypto::exit_unverified : crypto::exit_not_done;
}

bool save(const fs::path& file, const crypto::Bytes& bytes) {
  std::error_code fault;
  fs::create_directories(file.parent_path(), fault);
  return !fault && crypto::write_file(file, bytes).has_value();
}

class Mirror {
 public:
  Mirror(const Fetch& fetch, fs::path folder) : fetch_(fetch), folder_(std::move(folder)) {}

  /// Fetches and saves; a fault that is no answer of the server's is kept in `failed`.
  tl::expected<crypto::Bytes, LogReadFault> take(const std::string& path, std::size_t max_size) {
    auto body = fetch_("/" + path, max_size);
    if (!body) {
      failed = body.error();
      return tl::unexpected(LogReadFault::unreadable);
    }
    if (!*body) return tl::unexpected(LogReadFault::not_found);
    if (!save(folder_ / path, **body)) {
      failed = Failure{crypto::exit_not_done, "The folder for what is fetched cannot be written."};
      return tl::unexpected(LogReadFault::unreadable);
    }
    return std::move(**body);
  }
  /// A signed file with its signature; one that the server has not is for the checks to miss.
  void take_signed(std::string_view folder, const std::string& name, std::size_t max_size) {
    const std::string path = fmt::format("{}/{}.json", folder, name);
    if (!failed) (void)take(path, max_size);
    if (!failed) (void)take(storage::signature_of(path).string(), crypto::minisign::max_file);
  }

  std::optional<Failure> failed;

 private:
  const Fetch& fetch_;
  fs::path folder_;
};

/// Names of the signed files that a log names, each once.
struct Named {
  std::set<std::string> keyrings, policies;
};

Named named_in(const std::vector<std::string>& entries) {
  Named named;
  for (const std::string& text : entries) {
    const auto entry = storage::LogEntry::parse(text);
    if (!entry) continue;
    if (const auto week = week_of(*entry); week && entry->type() == "keyring")
      named.keyrings.insert(week->text());
    if (const auto serial = serial_of(*entry); serial && entry->type() == "policy")
      named.policies.insert(std::to_string(*serial));
  }
  return named;
}

}  // namespace

Fetch fetch_from(transport::Client& client, const transport::Address& server) {
  return [&client, &server](const std::string& path,
                            std::size_t max_size) -> tl::expected<std::optional<crypto::Bytes>, Failure> {
    std::chrono::seconds wait = first_wait;
    for (unsigned left = tries;; wait = std::min(2 * wait, longest_wait)) {
      auto answer = client.get(server, path, max_size);
      const bool is_busy = answer && (answer->status == too_many || answer->status == unavailable);
      if (--left == 0 || !(is_busy || (!answer && may_pass(answer.error())))) {
        if (!answer)
          return failure(code_of(answer.error()), fmt::format("The server could not be asked: {}.",
                                                              transport::sentence(answer.error())));
        if (answer->status == not_found) return std::nullopt;
        if (answer->status != ok)
          return failure(crypto::exit_not_done,
                         fmt::format("The server answers with status {}.", answer->status));
        return std::move(answer->body);
      }
      if (is_busy) wait = std::clamp(answer->retry_after.value_or(wait), first_wait, longest_wait);
      std::this_thread::sleep_for(wait);
    }
  };
}

tl::expected<void, Failure> mirror(const Fetch& fetch, const fs::path& folder,
                                   const crypto::NoteKey& log_key) {
  Mirror mirror(fetch, folder);
  const auto log = storage::read_log(
      [&](const std::string& path) { return mirror.take(std::string(layout::log) + "/" + path, max_file); },
      log_key.name(), log_key);
  if (mirror.failed) return tl::unexpected(*mirror.failed);
  if (!log) {
    if (log.error().fault == LogReadFault::not_found && log.error().path == storage::checkpoint_path)
      return failure(crypto::exit_not_done, "The server shows no audit log.");
    return {};
  }
  const Named named = named_in(log->entries);
  for (const std::string& week : named.keyrings)
    mirror.take_signed(layout::keyring, week, crypto::max_keyring_size);
  for (const std::string& serial : named.policies)
    mirror.take_signed(layout::policy, serial, crypto::max_policy_size);
  if (mirror.failed) return tl::unexpected(*mirror.failed);
  return {};
}

}  // namespace sandyk::audit
