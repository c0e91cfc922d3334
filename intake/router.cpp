#include "intake/router.h"

#include <type_traits>
#include <utility>

#include "intake/admission.h"
#include "intake/form_answer.h"
#include "intake/log_file.h"
#include "intake/refusal.h"
#include "intake/shape.h"

namespace sandyk::intake {
namespace {

using httplib::Request;
using httplib::Response;

constexpr std::chrono::weeks soon{4};

/// The canonical request to read, the answer to write. There is no peer behind it to wait for.
class MemoryStream : public httplib::Stream {
 public:
  explicit MemoryStream(Exchange& exchange) : left_(exchange.request), answer_(exchange.answer) {}

  bool is_readable() const override { return true; }
  bool wait_readable() const override { return true; }
  bool wait_writable() const override { return true; }
  ssize_t read(char* out, size_t size) override {
    const auto n = left_.copy(out, size);
    left_.remove_prefix(n);
    return static_cast<ssize_t>(n);
  }
  ssize_t write(const char* text, size_t size) override {
    answer_.append(text, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }
  time_t duration() const override { return 0; }

 private:
  std::string_view left_;
  std::string& answer_;
};

/// What this worker is answering. cpp-httplib gives handlers no place of ours on the request.
thread_local Exchange* current = nullptr;

void give(Response& response, const Answer& answer) {
  response.status = answer.status;
  if (!answer.body.empty()) response.set_content(answer.body, answer.type);
  for (const auto& header : answer.more) response.set_header(header.first, header.second);
  if (answer.retry_after != 0) response.set_header("Retry-After", std::to_string(answer.retry_after));
}

httplib::Server::Handler page_handler(const ServedPage& page, const storage::Vault& vault) {
  return [page, &vault](const Request&, Response& response) {
    response.set_header(
        "Content-Security-Policy",
        page::policy_of(page.html, origins_of_nodes(*vault.keyrings(), crypto::Date::today())) +
            "; frame-ancestors 'none'");
    response.set_content(page.html, "text/html; charset=utf-8");
  };
}

/// A signed file that a path asks for: `<name>.json` or `<name>.json.minisig`.
struct AskedFile {
  std::string_view name;
  bool is_signature;
};

std::optional<AskedFile> asked_file(std::string_view path) {
  constexpr std::string_view signature_suffix = ".minisig", suffix = ".json";
  const bool is_signature = path.ends_with(signature_suffix);
  if (is_signature) path.remove_suffix(signature_suffix.size());
  if (!path.ends_with(suffix)) return std::nullopt;
  path.remove_suffix(suffix.size());
  return AskedFile{path, is_signature};
}

template <class Signed>
Answer part_of(const Signed& file, bool is_signature) {
  return is_signature ? Answer{200, "text/plain", file.signature()}
                      : Answer{200, "application/json", file.json()};
}

Refusal refusal_of(storage::PutFault fault) {
  switch (fault) {
    case storage::PutFault::no_epoch:
      return Refusal::no_week_in_force;
    case storage::PutFault::disk_full:
      return Refusal::disk_full;
    case storage::PutFault::failed:
      return Refusal::storage_failed;
  }
  std::abort();
}

}  // namespace

bool keyring_ends_soon(const storage::KeyringSet& keyrings, crypto::Date today) {
  const auto last = keyrings.last_week();
  return !last || keyrings.of_week(*last)->content().not_after < today + soon;
}

Router::Router(storage::Vault& vault, const std::atomic<Weather>& weather, std::filesystem::path log_folder,
               const ServedPages& pages, const Limits& limits, Uploads* uploads)
    : vault_(vault), weather_(weather), log_folder_(std::move(log_folder)) {
  set_keep_alive_max_count(limits.requests_per_connection);
  set_keep_alive_timeout(std::chrono::duration_cast<std::chrono::seconds>(limits.idle).count());
  add_routes(pages);
  if (uploads) {
    uploads_.emplace(*uploads,
                     [this](const crypto::ReportId& id, crypto::Week week, const storage::SealedBody& body) {
                       return store_upload(id, week, body);
                     });
    add_upload_routes(*uploads_);
  }

  set_exception_handler([](const Request&, Response& response, const std::exception_ptr&) {
    give(response, refuse(Refusal::internal));
  });
  set_error_handler([](const Request&, Response& response) {
    if (response.body.empty()) give(response, refuse(Refusal::not_found));
  });
  set_post_routing_handler([](const Request&, Response& response) {
    for (const auto& header : standard_headers)
      response.set_header(std::string(header.first), std::string(header.second));
    for (const auto& header : readable_from(current->readable_from))
      response.set_header(header.first, header.second);
    if (!response.has_header("Content-Security-Policy"))
      response.set_header("Content-Security-Policy", std::string(content_policy));
    response.headers.erase("Accept-Ranges");                               // of a HEAD; there are no ranges
    if (response.status == 204) response.headers.erase("Content-Length");  // RFC 9110, 8.6
    if (response.status >= 400) current->close = true;                     // httplib says so to the peer, too
  });
}

void Router::add_routes(const ServedPages& pages) {
  for (const ServedPage& page : pages) Get(std::string(page.path), page_handler(page, vault_));
  Get("/health",
      [this](const Request&, Response& response) { response.set_content(health(), "text/plain"); });
  Get(std::string(keyring_path) + ":file", [this](const Request& request, Response& response) {
    give(response, keyring_file(request.path_params.at("file")));
  });
  Get(std::string(policy_path) + ":file", [this](const Request& request, Response& response) {
    give(response, policy_file(request.path_params.at("file")));
  });
  Get(std::string(board_path) + ":organisation/:file", [this](const Request& request, Response& response) {
    give(response, board_file(request.path_params.at("organisation"), request.path_params.at("file")));
  });
  Get(std::string(log_path) + ".+", [this](const Request& request, Response& response) {
    const auto file = LogFile::parse(std::string_view(request.path).substr(log_path.size()));
    give(response, file ? file->answer(log_folder_) : refuse(Refusal::not_found));
  });
  Put(std::string(reports_path) + ":id", [this](const Request& request, Response& response) {
    const auto id = crypto::ReportId::parse(request.path_params.at("id"));
    const auto week = crypto::Week::parse(request.get_header_value("Sandyk-Week"));
    const Answer answer =
        id && week && current->body ? store(*id, *week, *current->body) : refuse(Refusal::internal);
    give(response, current->is_form ? form_answer(answer, id) : answer);
  });
}

void Router::add_upload_routes(UploadRequests& requests) {
  using Answering = std::function<Answer(const crypto::UploadToken&, const Request&)>;
  const std::string one = std::string(upload_path) + ":token";
  const auto of_one = [](Answering answering) {
    return [answering = std::move(answering)](const Request& request, Response& response) {
      const auto token = crypto::UploadToken::parse(request.path_params.at("token"));
      give(response, token ? answering(*token, request) : refuse(Refusal::not_found));
    };
  };
  Post(std::string(uploads_path), [this, &requests](const Request& request, Response& response) {
    const auto report = crypto::ReportId::parse(request.get_header_value("Sandyk-Report"));
    const auto week = crypto::Week::parse(request.get_header_value("Sandyk-Week"));
    give(response, report && week
                       ? requests.begin(*report, *week, request.get_header_value_u64("Upload-Length"),
                                        largest_length(*vault_.keyrings()))
                       : refuse(Refusal::internal));
  });
  Get(one, of_one([&](const crypto::UploadToken& token, const Request&) { return requests.look(token); }));
  Patch(one, of_one([&](const crypto::UploadToken& token, const Request& request) {
          return requests.add(token, {request.get_header_value_u64("Upload-Offset"),
                                      current->body ? &*current->body : nullptr,
                                      request.get_header_value("Upload-Complete") == "?1"});
        }));
  Delete(one, of_one([&](const crypto::UploadToken& token, const Request&) { return requests.drop(token); }));
}

void Router::answer(Exchange& exchange) {
  // The interface of cpp-httplib that everything here stands on; a newer one that differs does not compile.
  using Pinned = bool (httplib::Server::*)(httplib::Stream&, const std::string&, int, const std::string&, int,
                                           bool, bool&, const std::function<void(Request&)>&, bool*);
  static_assert(std::is_same_v<decltype(&Router::process_request), Pinned>);

  MemoryStream stream(exchange);
  bool closed = false;
  current = &exchange;
  process_request(stream, {}, 0, {}, 0, exchange.close, closed, nullptr, nullptr);
  current = nullptr;
  if (closed) exchange.close = true;
}

Answer Router::store(const crypto::ReportId& id, crypto::Week week, const storage::SealedBody& body) {
  const auto keyrings = vault_.keyrings();
  const crypto::Keyring* keyring = keyrings->of_week(week);
  if (!keyring) return refuse(Refusal::unknown_week);

  if (const auto shape = check_shape(body, keyring->content().organisations.size()); !shape)
    return refuse(shape.error());
  const auto digest = digest_of(body);
  if (!digest) return refuse(Refusal::storage_failed);
  if (*digest != id) return refuse(Refusal::wrong_digest);

  if (const auto done = vault_.put(id, week, body); !done) return refuse(refusal_of(done.error()));
  return stored_answer();
}

/// It was admitted when it began, which may be a day ago.
Answer Router::store_upload(const crypto::ReportId& id, crypto::Week week, const storage::SealedBody& body) {
  const auto keyrings = vault_.keyrings();
  const crypto::Keyring* keyring = keyrings->of_week(week);
  if (keyring && !keyring->accepts(crypto::Date::today())) return refuse(Refusal::week_over);
  return store(id, week, body);
}

Answer Router::keyring_file(std::string_view name) const {
  const auto asked = asked_file(name);
  if (!asked) return refuse(Refusal::not_found);
  const auto keyrings = vault_.keyrings();
  const auto week = crypto::Week::parse(asked->name);
  const crypto::Keyring* keyring = nullptr;
  if (asked->name == "current") {
    keyring = keyrings->in_force(crypto::Date::today());
    if (!keyring) return refuse(Refusal::no_week_in_force);
  } else if (week) {
    keyring = keyrings->of_week(*week);
  }
  return keyring ? part_of(*keyring, asked->is_signature) : refuse(Refusal::not_found);
}

Answer Router::policy_file(std::string_view name) const {
  const auto asked = asked_file(name);
  if (!asked) return refuse(Refusal::not_found);
  const auto policies = vault_.policies();
  const auto serial = storage::policy_serial(asked->name);
  const crypto::Policy* policy = nullptr;
  if (asked->name == "current")
    policy = policies->in_force(crypto::Date::today());
  else if (serial)
    policy = policies->of_serial(*serial);
  return policy ? part_of(*policy, asked->is_signature) : refuse(Refusal::not_found);
}

/// A board of a day to come is not there yet. The same bytes for everybody: what is asked for beyond the path
/// is not looked at.
Answer Router::board_file(std::string_view organisation, std::string_view name) const {
  constexpr std::string_view signature_suffix = ".minisig";
  const bool is_signature = name.ends_with(signature_suffix);
  if (is_signature) name.remove_suffix(signature_suffix.size());
  const auto boards = vault_.boards();
  const auto date = crypto::Date::parse(name);
  const crypto::Board* board = name == "current" ? boards->current(organisation)
                               : date            ? boards->of_day(organisation, *date)
                                                 : nullptr;
  if (board == nullptr) return refuse(Refusal::not_found);
  return is_signature ? Answer{200, "text/plain", board->signature()}
                      : Answer{200, "application/octet-stream", board->bytes()};
}

std::string Router::health() const {
  const auto keyrings = vault_.keyrings();
  const auto today = crypto::Date::today();
  std::string text(word_of(weather_));
  if (!keyrings->in_force(today)) text += "\nno-week";
  if (keyring_ends_soon(*keyrings, today)) text += "\nkeyring-ends-soon";
  if (vault_.boards()->is_stale(today)) text += "\nboard-stale";
  if (vault_.log_is_frozen()) text += "\nlog-frozen";
  return text + "\n";
}

}  // namespace sandyk::intake
