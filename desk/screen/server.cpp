#include "desk/screen/server.h"

#include <fmt/format.h>
#include <httplib.h>
#include <sodium.h>

#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <exception>
#include <thread>
#include <utility>

#include "crypto/seal/text_encoding.h"
#include "crypto/seal/utf8.h"
#include "desk/screen/app.h"

namespace sandyk::desk {
namespace {

using crypto::Json;
using httplib::Request;
using httplib::Response;
using Handled = httplib::Server::HandlerResponse;

constexpr const char* loopback = "127.0.0.1";
constexpr std::size_t token_size = 32;
constexpr std::size_t max_body = 1024 * 1024;
constexpr std::size_t max_said = 4096;  // of one value of a query
// A browser keeps up to six lines open, each of which holds a worker while it idles.
constexpr std::size_t workers = 16, max_waiting = 64;
constexpr std::size_t max_requests_of_a_line = 1000;
constexpr time_t patience = 5;  // seconds

const httplib::Headers& security_headers() {
  static const httplib::Headers headers{
      {"Content-Security-Policy",
       "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
       "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Cache-Control", "no-store"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
  };
  return headers;
}

std::string new_token() {
  std::array<std::uint8_t, token_size> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return crypto::to_base64(bytes, crypto::Base64::url);
}

void give(const Answer& answer, Response& response) {
  response.status = answer.status;
  response.set_content(answer.body, answer.type);
}

/// What is wrong with a request before anybody looks at what it asks; nothing when it is well formed.
std::optional<Answer> read_query(const Request& request, Asked& asked) {
  for (const auto& [name, value] : request.path_params) {
    if (!crypto::is_utf8(value)) return refuse(400, "The address is not UTF-8.");
    asked.path.emplace(name, value);
  }
  for (const auto& [name, value] : request.params) {
    if (value.size() > max_said || !crypto::is_utf8(value) || !crypto::is_utf8(name))
      return refuse(400, "The query is too long or not UTF-8.");
    if (!asked.query.emplace(name, value).second) return refuse(400, "The query says something twice.");
  }
  return std::nullopt;
}

std::optional<Answer> read_body(const Request& request, Asked& asked) {
  asked.body = Json::object();
  if (request.body.empty()) return std::nullopt;
  if (!request.get_header_value("Content-Type").starts_with("application/json"))
    return refuse(400, "The body is not JSON.");
  auto body = crypto::parse_json(crypto::bytes_of(request.body), max_body);
  if (!body || !body->is_object()) return refuse(400, "The body is not a JSON object.");
  asked.body = std::move(*body);
  return std::nullopt;
}

}  // namespace

std::string_view Asked::said(std::string_view name) const {
  const auto found = query.find(std::string(name));
  return found == query.end() ? std::string_view() : found->second;
}

std::optional<std::int64_t> Asked::number(std::string_view name) const {
  const auto found = path.find(std::string(name));
  if (found == path.end()) return std::nullopt;
  const std::string& text = found->second;
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size() || value < 1) return std::nullopt;
  return value;
}

Answer answer(const Json& json) {
  // What is no UTF-8 came from a report that says it is: it is shown, not a reason to show nothing.
  return {200, "application/json", json.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

Answer no_such_report() {
  return refuse(404, "There is no such report here.");
}

Answer refuse(int status, std::string_view sentence, const Json& more) {
  Json json = more;
  json["error"] = sentence;
  Answer refused = answer(json);
  refused.status = status;
  return refused;
}

Answer refuse(const Problem& problem) {
  return refuse(problem.exit == crypto::exit_usage ? 400 : 500, problem.say);
}

class Server::Inside {
 public:
  explicit Inside(Desk& desk) : desk_(desk), token_(new_token()) {
    server_.set_address_family(AF_INET);
    server_.set_tcp_nodelay(true);
    server_.set_payload_max_length(max_body);
    server_.set_read_timeout(patience);
    server_.set_write_timeout(patience);
    server_.set_keep_alive_timeout(patience);
    server_.set_keep_alive_max_count(max_requests_of_a_line);
    server_.set_default_headers(security_headers());
    server_.new_task_queue = [] { return new httplib::ThreadPool(workers, workers, max_waiting); };
    server_.set_pre_routing_handler([this](const Request& request, Response& response) {
      const auto refused = check_who_asks(request);
      if (!refused) return Handled::Unhandled;
      give(*refused, response);
      return Handled::Handled;
    });
    server_.set_error_handler([](const Request&, Response& response) {
      if (response.body.empty())
        give(refuse(response.status,
                    response.status == 404 ? "There is no such thing." : "The request cannot be read."),
             response);
    });
    server_.set_exception_handler([](const Request&, Response& response, const std::exception_ptr&) {
      give(refuse(500, "This should not happen: the desk could not do it."), response);
    });
    for (const AppFile& file : app_files())
      server_.Get(std::string(file.path), [&file](const Request&, Response& response) {
        response.set_content(file.bytes.data(), file.bytes.size(), std::string(file.type));
      });
  }

  httplib::Server::Handler handler(Handler handle, Hold hold) {
    return [this, handle = std::move(handle), hold](const Request& request, Response& response) {
      Asked asked;
      auto refused = read_query(request, asked);
      if (!refused) refused = read_body(request, asked);
      std::unique_lock lock(desk_.busy, std::defer_lock);
      if (!refused && hold == Hold::yes) lock.lock();
      give(refused ? *refused : handle(asked), response);
    };
  }

  httplib::Server& server() { return server_; }
  const std::string& token() const { return token_; }
  std::uint16_t port() const { return port_; }

  tl::expected<void, Problem> bind(std::uint16_t port) {
    int bound = port;
    if (port == 0)
      bound = server_.bind_to_any_port(loopback);
    else if (!server_.bind_to_port(loopback, port))
      bound = -1;
    if (bound <= 0) return problem(fmt::format("Port {} of 127.0.0.1 is not to be had.", port));
    port_ = static_cast<std::uint16_t>(bound);
    host_ = fmt::format("{}:{}", loopback, port_);
    origin_ = "http://" + host_;
    return {};
  }
  const std::string& origin() const { return origin_; }

  void run() {
    server_.listen_after_bind();
    has_ended_ = true;
  }
  /// Also before the server has begun.
  void stop() {
    while (!has_ended_ && !server_.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    server_.stop();
  }

 private:
  /// The host is that of the address which was printed, so that no name of the outer world can stand for it;
  /// the token is only in that address.
  std::optional<Answer> check_who_asks(const Request& request) const {
    if (request.get_header_value_count("Host") != 1 || request.get_header_value("Host") != host_)
      return refuse(403, "This address is not the desk's.");
    if (request.has_header("Origin") && request.get_header_value("Origin") != origin_)
      return refuse(403, "Another page asks.");
    if (!request.path.starts_with("/api/")) return std::nullopt;
    const std::string said = request.get_header_value("Authorization"), wanted = "Bearer " + token_;
    if (said.size() != wanted.size() || sodium_memcmp(said.data(), wanted.data(), wanted.size()) != 0)
      return refuse(403, "The address is old: open the one that the desk printed.");
    return std::nullopt;
  }

  Desk& desk_;
  std::string token_, host_, origin_;
  std::uint16_t port_ = 0;
  std::atomic<bool> has_ended_ = false;
  httplib::Server server_;
};

Server::Server(Desk& desk) : inside_(std::make_unique<Inside>(desk)) {
  post(
      "/api/quit",
      [this](const Asked&) {
        stop();
        return answer(Json::object());
      },
      Hold::no);
}

Server::~Server() = default;

void Server::get(const std::string& pattern, Handler handler, Hold hold) {
  inside_->server().Get(pattern, inside_->handler(std::move(handler), hold));
}

void Server::post(const std::string& pattern, Handler handler, Hold hold) {
  inside_->server().Post(pattern, inside_->handler(std::move(handler), hold));
}

void Server::put(const std::string& pattern, Handler handler, Hold hold) {
  inside_->server().Put(pattern, inside_->handler(std::move(handler), hold));
}

void Server::remove(const std::string& pattern, Handler handler, Hold hold) {
  inside_->server().Delete(pattern, inside_->handler(std::move(handler), hold));
}

tl::expected<void, Problem> Server::bind(std::uint16_t port) {
  return inside_->bind(port);
}

std::uint16_t Server::port() const {
  return inside_->port();
}

const std::string& Server::token() const {
  return inside_->token();
}

std::string Server::address() const {
  return fmt::format("{}/#{}", inside_->origin(), token());
}

void Server::run() {
  inside_->run();
}

void Server::stop() {
  inside_->stop();
}

}  // namespace sandyk::desk
