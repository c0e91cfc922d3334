// A real HTTPS server on loopback for the life of an object, with a certificate of its own.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace sandyk::testing {

class TlsServer {
 public:
  /// Serves what is put into `www()`, and refuses the first `refusals` reports with 503.
  explicit TlsServer(unsigned refusals = 0);
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  /// `https://127.0.0.1:<port>`
  std::string address() const;
  std::filesystem::path folder() const { return folder_; }
  std::filesystem::path www() const { return folder_ / "www"; }
  /// The certificate, which is its own authority.
  std::string ca_file() const { return (folder_ / "cert.pem").string(); }
  /// The pin of its public key.
  std::string pin() const;
  /// Paths of the stored reports.
  std::vector<std::filesystem::path> stored() const;

 private:
  std::filesystem::path folder_;
  pid_t pid_ = -1;
  unsigned port_ = 0;
};

/// What a shell command line writes to stdout; throws when it fails.
std::string output_of(const std::string& command);

}  // namespace sandyk::testing
