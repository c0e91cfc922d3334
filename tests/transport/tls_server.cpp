#include "tests/transport/tls_server.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace sandyk::testing {
namespace {

/// Starts the script with its stdout in a pipe.
pid_t start(const std::string& folder, unsigned refusals, int out) {
  const std::string script = SANDYK_TESTS_FOLDER "/transport/tls_server.py";
  const std::string count = std::to_string(refusals);
  const pid_t pid = ::fork();
  if (pid < 0) throw std::runtime_error("fork");
  if (pid > 0) return pid;
  ::dup2(out, STDOUT_FILENO);
  ::execlp("python3", "python3", script.c_str(), folder.c_str(), count.c_str(), static_cast<char*>(nullptr));
  ::_exit(127);
}

unsigned read_port(int from) {
  FILE* stream = ::fdopen(from, "r");
  unsigned port = 0;
  if (stream == nullptr || std::fscanf(stream, "%u", &port) != 1)
    throw std::runtime_error("the server did not start");
  std::fclose(stream);
  return port;
}

}  // namespace

std::string output_of(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("popen");
  std::string output;
  char buffer[4096];
  for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.append(buffer, n);
  if (::pclose(pipe) != 0) throw std::runtime_error("failed: " + command);
  return output;
}

TlsServer::TlsServer(unsigned refusals) {
  std::string name = (std::filesystem::temp_directory_path() / "sandyk-tls-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
  folder_ = name;
  std::filesystem::create_directory(www());
  output_of(fmt::format(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test "
      "-addext subjectAltName=IP:127.0.0.1 -keyout {0}/key.pem -out {0}/cert.pem 2>/dev/null",
      name));
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("pipe");
  pid_ = start(name, refusals, ends[1]);
  ::close(ends[1]);
  port_ = read_port(ends[0]);
}

TlsServer::~TlsServer() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string TlsServer::address() const {
  return fmt::format("https://127.0.0.1:{}", port_);
}

std::string TlsServer::pin() const {
  return "sha256//" +
         output_of(fmt::format("openssl x509 -in {} -pubkey -noout | openssl pkey -pubin -outform der | "
                               "openssl dgst -sha256 -binary | openssl base64 -A",
                               ca_file()));
}

std::vector<std::filesystem::path> TlsServer::stored() const {
  std::vector<std::filesystem::path> reports;
  if (!std::filesystem::exists(folder_ / "stored")) return reports;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "stored"))
    if (entry.path().extension().empty()) reports.push_back(entry.path());
  return reports;
}

}  // namespace sandyk::testing
