// The screen's server: the desk's own browser talks to it over loopback, and nobody else may.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "crypto/seal/json.h"
#include "desk/case_file.h"
#include "desk/home.h"
#include "desk/problem.h"

namespace sandyk::desk {

/// What the routes work on. Whoever touches `file` holds `busy`; the server does, around each handler.
struct Desk {
  CaseFile& file;
  Home home;
  std::string lang;              ///< of the screen: en, ru or ky
  std::filesystem::path reader;  ///< the program that is started as the reader
  std::string version;           ///< of this program
  std::mutex busy;
  std::mutex decoding;  ///< one picture at a time: each may take hundreds of MiB
};

/// What a handler is asked.
struct Asked {
  std::map<std::string, std::string> path;   ///< of `:n` in the pattern, decoded
  std::map<std::string, std::string> query;  ///< each once, decoded, UTF-8
  crypto::Json body;                         ///< an object; empty without a body

  /// A member of the query, or an empty text.
  std::string_view said(std::string_view name) const;
  /// A part of the path as a number from 1; nothing when it is none.
  std::optional<std::int64_t> number(std::string_view name) const;
};

struct Answer {
  int status = 200;
  std::string type;
  std::string body;
};

Answer answer(const crypto::Json& json);
/// 404: there is no such report.
Answer no_such_report();
/// A sentence for the person; `more` is put beside it.
Answer refuse(int status, std::string_view sentence, const crypto::Json& more = crypto::Json::object());
/// Wrong use is 400, anything else 500.
Answer refuse(const Problem& problem);

class Server {
 public:
  using Handler = std::function<Answer(const Asked&)>;
  enum class Hold {
    yes,  ///< the handler runs with `Desk::busy` held
    no,   ///< it takes it itself, for as long as it needs the case file
  };

  explicit Server(Desk& desk);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Routes under /api/, such as "/api/reports/:n". All are added before `bind`.
  void get(const std::string& pattern, Handler handler, Hold hold = Hold::yes);
  void post(const std::string& pattern, Handler handler, Hold hold = Hold::yes);
  void put(const std::string& pattern, Handler handler, Hold hold = Hold::yes);
  void remove(const std::string& pattern, Handler handler, Hold hold = Hold::yes);

  /// Binds 127.0.0.1, on a free port when `port` is 0.
  [[nodiscard]] tl::expected<void, Problem> bind(std::uint16_t port);
  std::uint16_t port() const;
  /// 32 random bytes, without which nothing is answered.
  const std::string& token() const;
  /// What the browser opens. The token stands behind '#', which no browser sends.
  std::string address() const;

  /// Answers until `stop`, which may come from another thread or a handler.
  void run();
  void stop();

 private:
  class Inside;
  std::unique_ptr<Inside> inside_;
};

// Each group of routes, in a file of its own.
void add_report_routes(Server& server, Desk& desk);        // report_routes.cpp
void add_file_routes(Server& server, Desk& desk);          // file_routes.cpp
void add_key_routes(Server& server, Desk& desk);           // key_routes.cpp
void add_conversation_routes(Server& server, Desk& desk);  // conversation_routes.cpp

}  // namespace sandyk::desk
