#include "transport/client.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "crypto/seal/text_encoding.h"

namespace sandyk::transport {
namespace {

constexpr std::size_t max_answer = 64 * 1024;
constexpr std::size_t max_header = 1024;
/// The only headers that anybody here looks at, besides those that libcurl reads.
constexpr const char* kept_headers[] = {"location", "upload-offset", "upload-complete", "upload-limit"};
constexpr std::string_view pin_prefix = "sha256//";

struct FreeList {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

void append(List& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(list.release());
  list.reset(longer);
}

/// libcurl's own state, once in a process. OpenSSL's key log would let a bystander read what was recorded.
void start_curl() {
  static const bool is_started = [] {
    ::unsetenv("SSLKEYLOGFILE");
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
      throw std::runtime_error("libcurl could not start");
    return true;
  }();
  static_cast<void>(is_started);
}

/// What one transfer receives and sends; libcurl's callbacks work on it.
struct Transfer {
  crypto::ByteView to_send;
  std::size_t sent = 0;
  crypto::Bytes received;
  std::size_t max_received;
  bool is_too_large = false;
  const Progress* progress = nullptr;
};

std::size_t receive(char* bytes, std::size_t, std::size_t n, void* transfer) {
  auto& t = *static_cast<Transfer*>(transfer);
  if (n > t.max_received - t.received.size()) {
    t.is_too_large = true;
    return 0;
  }
  t.received.insert(t.received.end(), bytes, bytes + n);
  return n;
}

std::size_t send_some(char* buffer, std::size_t, std::size_t n, void* transfer) {
  auto& t = *static_cast<Transfer*>(transfer);
  n = std::min(n, t.to_send.size() - t.sent);
  std::copy_n(t.to_send.data() + t.sent, n, buffer);
  t.sent += n;
  return n;
}

int show_progress(void* transfer, curl_off_t, curl_off_t, curl_off_t total, curl_off_t now) {
  const auto& t = *static_cast<Transfer*>(transfer);
  if (*t.progress && total > 0)
    (*t.progress)(static_cast<std::uint64_t>(now), static_cast<std::uint64_t>(total));
  return 0;
}

TransportFault fault_of(CURLcode code, const Transfer& transfer) {
  if (transfer.is_too_large) return TransportFault::too_large;
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
      return TransportFault::unreachable;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
      return TransportFault::proxy;
    case CURLE_OPERATION_TIMEDOUT:
      return TransportFault::timeout;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return TransportFault::certificate;
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
      return TransportFault::pin;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
      return TransportFault::tls;
    case CURLE_SSL_CACERT_BADFILE:
      return TransportFault::bad_settings;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_BAD_CONTENT_ENCODING:
      return TransportFault::protocol;
    case CURLE_FILESIZE_EXCEEDED:
      return TransportFault::too_large;
    default:
      return TransportFault::cut_off;  // what is left are ways of losing a connection
  }
}

}  // namespace

struct Client::Handle {
  explicit Handle(Settings s) : settings(std::move(s)), curl(curl_easy_init()) {
    if (!curl) throw std::runtime_error("libcurl could not start");
  }

  /// Looking up an onion name outside Tor would tell the provider whom we visit.
  bool can_reach(const Address& server) const { return !server.is_onion() || !settings.proxy.empty(); }

  /// Options are checked one by one: a libcurl that lacks one must not quietly do without.
  template <class Value>
  void set(CURLoption option, Value value) {
    if (curl_easy_setopt(curl.get(), option, value) != CURLE_OK)
      throw std::runtime_error("libcurl was built without something that is needed here");
  }

  void prepare(const std::string& url, Transfer& transfer) {
    curl_easy_reset(curl.get());
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, url.starts_with("https:") ? "https" : "http");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    if (!settings.ca_file.empty()) {
      set(CURLOPT_CAINFO, settings.ca_file.c_str());
      set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
    if (!settings.pin.empty()) set(CURLOPT_PINNEDPUBLICKEY, settings.pin.c_str());
    set(CURLOPT_PROXY, settings.proxy.c_str());  // an empty one switches the environment's off
    set(CURLOPT_NOPROXY, "");
    set(CURLOPT_CONNECTTIMEOUT, long{settings.connect_timeout.count()});
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, long{settings.stall_timeout.count()});
    if (once) {
      set(CURLOPT_FRESH_CONNECT, 1L);
      set(CURLOPT_FORBID_REUSE, 1L);
    }
    set(CURLOPT_WRITEFUNCTION, receive);
    set(CURLOPT_WRITEDATA, &transfer);
  }

  tl::expected<Response, TransportFault> run(const std::vector<std::string>& lines, Transfer& transfer) {
    List headers;
    append(headers, "Accept:");  // libcurl's own lines, switched off
    append(headers, "Expect:");
    for (const std::string& line : lines) append(headers, line);
    set(CURLOPT_HTTPHEADER, headers.get());
    const CURLcode code = curl_easy_perform(curl.get());
    set(CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
    if (code != CURLE_OK) return tl::unexpected(fault_of(code, transfer));
    return response(transfer);
  }

  tl::expected<Response, TransportFault> response(Transfer& transfer) {
    long status = 0;
    curl_off_t retry_after = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl.get(), CURLINFO_RETRY_AFTER, &retry_after);
    if (status >= 300 && status < 400) return tl::unexpected(TransportFault::redirected);
    if (status < 100 || status > 599) return tl::unexpected(TransportFault::protocol);
    Response response{static_cast<unsigned>(status), std::move(transfer.received), std::nullopt};
    if (retry_after > 0) response.retry_after = std::chrono::seconds(retry_after);
    for (const char* name : kept_headers) {
      curl_header* found = nullptr;
      if (curl_easy_header(curl.get(), name, 0, CURLH_HEADER, -1, &found) != CURLHE_OK) continue;
      const std::string_view value(found->value);
      if (found->amount == 1 && value.size() <= max_header) response.headers.emplace(name, value);
    }
    return response;
  }

  struct FreeCurl {
    void operator()(CURL* c) const noexcept { curl_easy_cleanup(c); }
  };
  Settings settings;
  bool once = false;  ///< a connection for each request
  std::unique_ptr<CURL, FreeCurl> curl;
};

Client::Client(Settings settings) {
  start_curl();
  handle_ = std::make_unique<Handle>(std::move(settings));
}

Client::Client(Client&&) noexcept = default;
Client::~Client() = default;

tl::expected<Response, TransportFault> Client::get(const Address& server, std::string_view path,
                                                   std::size_t max_size) {
  if (!handle_->can_reach(server)) return tl::unexpected(TransportFault::proxy);
  Transfer transfer{.to_send = {}, .received = {}, .max_received = max_size};
  handle_->prepare(server.url(path), transfer);
  return handle_->run({}, transfer);
}

tl::expected<Response, TransportFault> Client::send(const char* method, const Address& server,
                                                    std::string_view path, crypto::ByteView body,
                                                    const std::vector<std::string>& headers,
                                                    const Progress& progress) {
  if (!handle_->can_reach(server)) return tl::unexpected(TransportFault::proxy);
  Transfer transfer{.to_send = body, .received = {}, .max_received = max_answer, .progress = &progress};
  handle_->prepare(server.url(path), transfer);
  handle_->set(CURLOPT_UPLOAD, 1L);
  handle_->set(CURLOPT_CUSTOMREQUEST, method);
  handle_->set(CURLOPT_READFUNCTION, send_some);
  handle_->set(CURLOPT_READDATA, &transfer);
  handle_->set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(body.size()));
  handle_->set(CURLOPT_NOPROGRESS, 0L);
  handle_->set(CURLOPT_XFERINFOFUNCTION, show_progress);
  handle_->set(CURLOPT_XFERINFODATA, &transfer);
  return handle_->run(headers, transfer);
}

tl::expected<Response, TransportFault> Client::put(const Address& server, std::string_view path,
                                                   crypto::ByteView body,
                                                   const std::vector<std::string>& headers,
                                                   const Progress& progress) {
  return send("PUT", server, path, body, headers, progress);
}

tl::expected<Response, TransportFault> Client::patch(const Address& server, std::string_view path,
                                                     crypto::ByteView body,
                                                     const std::vector<std::string>& headers) {
  return send("PATCH", server, path, body, headers, {});
}

tl::expected<Response, TransportFault> Client::post(const Address& server, std::string_view path,
                                                    const std::vector<std::string>& headers) {
  return send("POST", server, path, {}, headers, {});
}

tl::expected<Response, TransportFault> Client::head(const Address& server, std::string_view path) {
  if (!handle_->can_reach(server)) return tl::unexpected(TransportFault::proxy);
  Transfer transfer{.to_send = {}, .received = {}, .max_received = 0};
  handle_->prepare(server.url(path), transfer);
  handle_->set(CURLOPT_NOBODY, 1L);
  return handle_->run({}, transfer);
}

void Client::use_connections_once() {
  handle_->once = true;
}

bool is_pin(std::string_view pin) {
  if (!pin.starts_with(pin_prefix)) return false;
  const auto hash = crypto::from_base64(pin.substr(pin_prefix.size()), crypto::Base64::padded);
  return hash && hash->size() == 32;
}

bool is_proxy(std::string_view proxy) {
  constexpr std::string_view scheme = "socks5h://";
  return proxy.starts_with(scheme) && proxy.size() > scheme.size() && proxy.size() <= 300;
}

std::string_view sentence(TransportFault fault) {
  switch (fault) {
    case TransportFault::bad_settings:
      return "the file with the certificate authority cannot be read";
    case TransportFault::unreachable:
      return "nobody answers at that address";
    case TransportFault::proxy:
      return "the proxy does not answer, or refuses to connect";
    case TransportFault::timeout:
      return "it took too long to answer";
    case TransportFault::cut_off:
      return "the connection was cut before the answer was whole";
    case TransportFault::certificate:
      return "its certificate does not prove that it is the server you named";
    case TransportFault::pin:
      return "its public key is not the pinned one";
    case TransportFault::tls:
      return "no secure connection could be made with it";
    case TransportFault::redirected:
      return "it sends visitors to another address, which is not followed";
    case TransportFault::too_large:
      return "its answer is larger than it may be";
    case TransportFault::protocol:
      return "its answer is not one of a web server";
  }
  std::abort();
}

}  // namespace sandyk::transport
