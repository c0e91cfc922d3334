// A whole intake in the test's own process: a real vault, real keyrings, a throw-away certificate, a loopback
// port; and a client that sends exactly the bytes it is told to.
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "crypto/seal/bytes.h"
#include "intake/front.h"
#include "intake/router.h"
#include "storage/vault.h"
#include "tests/support/keyrings.h"

namespace sandyk::intake {

/// A folder that goes away with the object.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Writes cert.pem and key.pem for 127.0.0.1, P-256, into `folder`.
void write_certificate(const std::filesystem::path& folder);

/// Writes the keyring of `week` with its signature to `folder`.
void write_keyring(const testing::TestSite& site, crypto::Week week, const std::filesystem::path& folder);

/// A report of zeros, sealed to the site's organisations.
crypto::Bytes sealed_report(const testing::TestSite& site, std::uint64_t size = 16 * crypto::kib);

/// The head of a PUT for `sealed`, with `more` lines (each ending in CRLF) added.
std::string put_head(const crypto::Bytes& sealed, crypto::Week week, const std::string& more = "");

/// A client on a loopback port: blocking, with a limit of time for every read.
class Client {
 public:
  /// Comes from the loopback address `source`, of IPv4 or IPv6.
  explicit Client(std::uint16_t port, bool with_tls = true, const std::string& source = "127.0.0.1");
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool is_connected() const { return is_connected_; }
  /// True while the server has neither said anything nor closed.
  bool is_waiting() const;
  bool send(std::string_view bytes);
  bool send(const crypto::Bytes& bytes) { return send(crypto::text_of(bytes)); }
  /// One answer, by its Content-Length; or as much as there was.
  std::string read_answer();
  /// Everything until the server ends the connection.
  std::string read_all();
  void half_close();
  /// Sends `text`, gives the answer's status, or 0.
  int status_of(std::string_view text);

 private:
  std::string read_some();
  int fd_;
  SSL_CTX* context_ = nullptr;
  SSL* tls_ = nullptr;
  bool is_connected_ = false;
  std::string left_;
};

int status_of_answer(std::string_view answer);

/// What only some sites have.
struct SiteExtras {
  std::string listen = "127.0.0.1:0";
  std::function<Supplies()> supplies = nullptr;
  std::optional<PuzzleSettings> puzzle = {};
  std::uint64_t upload_spool = 8 * crypto::mib;  ///< quicker than what a server has
};

/// The server. `weeks` are counted from the present one.
class Site {
 public:
  explicit Site(std::vector<int> weeks = {0, 1}, Limits limits = {}, std::filesystem::path vault_folder = {},
                SiteExtras extras = {});
  ~Site();

  std::uint16_t port() const { return port_; }
  crypto::Week week() const { return week_; }
  const testing::TestSite& keys() const { return keys_; }
  storage::Vault& vault() { return *vault_; }
  Uploads& uploads() { return *uploads_; }
  const std::filesystem::path& vault_folder() const { return vault_folder_; }
  Front& front() { return *front_; }
  /// Ends the front and waits for it.
  void stop();

  /// PUTs `sealed` over a connection of its own; gives the status.
  int put(const crypto::Bytes& sealed);

 private:
  TempFolder folder_;
  testing::TestSite keys_ = testing::TestSite::make();
  crypto::Week week_{crypto::Date::today()};
  std::filesystem::path vault_folder_;
  std::unique_ptr<storage::Vault> vault_;
  std::atomic<Weather> weather_{Weather::calm};
  std::unique_ptr<Uploads> uploads_;
  std::unique_ptr<Router> router_;
  std::unique_ptr<Front> front_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace sandyk::intake
