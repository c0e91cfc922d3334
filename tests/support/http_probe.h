// What cpp-httplib makes of a request: the second reader, for tests and fuzzing.
#pragma once

#include <httplib.h>

#include <optional>
#include <string>

namespace sandyk::testing {

class HttpProbe : private httplib::Server {
 public:
  struct Seen {
    std::string method, path, week, report;
    std::string upload;  ///< offset, length and completeness, a space between them
    std::size_t headers;
  };

  HttpProbe() {
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response&) {
      seen_ =
          Seen{request.method,
               request.path,
               request.get_header_value("Sandyk-Week"),
               request.get_header_value("Sandyk-Report"),
               request.get_header_value("Upload-Offset") + ' ' + request.get_header_value("Upload-Length") +
                   ' ' + request.get_header_value("Upload-Complete"),
               request.headers.size()};
      return HandlerResponse::Handled;
    });
  }

  /// What it read, or nothing when it refused.
  std::optional<Seen> read(const std::string& request) {
    seen_.reset();
    Memory stream(request);
    bool closed = false;
    process_request(stream, {}, 0, {}, 0, true, closed, nullptr, nullptr);
    return seen_;
  }

 private:
  class Memory : public httplib::Stream {
   public:
    explicit Memory(std::string_view text) : left_(text) {}
    bool is_readable() const override { return true; }
    bool wait_readable() const override { return true; }
    bool wait_writable() const override { return true; }
    ssize_t read(char* out, size_t size) override {
      const auto n = left_.copy(out, size);
      left_.remove_prefix(n);
      return static_cast<ssize_t>(n);
    }
    ssize_t write(const char*, size_t size) override { return static_cast<ssize_t>(size); }
    void get_remote_ip_and_port(std::string&, int&) const override {}
    void get_local_ip_and_port(std::string&, int&) const override {}
    socket_t socket() const override { return INVALID_SOCKET; }
    time_t duration() const override { return 0; }

   private:
    std::string_view left_;
  };

  std::optional<Seen> seen_;
};

}  // namespace sandyk::testing
