#include "tests/intake/site.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "crypto/seal/age/seal.h"
#include "crypto/seal/file.h"

namespace sandyk::intake {

TempFolder::TempFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "sandyk-intake-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

void write_certificate(const std::filesystem::path& folder) {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  X509* const certificate = X509_new();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -86400);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
  X509_set_pubkey(certificate, key);
  X509_NAME* const name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1,
                             0);
  X509_set_issuer_name(certificate, name);
  X509_sign(certificate, key, EVP_sha256());
  std::FILE* file = std::fopen((folder / "cert.pem").c_str(), "w");
  PEM_write_X509(file, certificate);
  std::fclose(file);
  file = std::fopen((folder / "key.pem").c_str(), "w");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

void write_keyring(const testing::TestSite& site, crypto::Week week, const std::filesystem::path& folder) {
  const auto keyring = site.keyring(week);
  ASSERT_TRUE(crypto::write_file(folder / (week.text() + ".json"), crypto::bytes_of(keyring.json)));
  ASSERT_TRUE(
      crypto::write_file(folder / (week.text() + ".json.minisig"), crypto::bytes_of(keyring.signature)));
}

crypto::Bytes sealed_report(const testing::TestSite& site, std::uint64_t size) {
  std::vector<crypto::age::HybridRecipient> recipients;
  for (const auto& identity : site.identities) recipients.push_back(identity.recipient());
  return *crypto::age::seal(recipients, crypto::Bytes(size));
}

std::string put_head(const crypto::Bytes& sealed, crypto::Week week, const std::string& more) {
  return "PUT /reports/" + crypto::report_id(sealed).hex() +
         " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(sealed.size()) +
         "\r\nSandyk-Week: " + week.text() + "\r\n" + more + "\r\n";
}

Client::Client(std::uint16_t port, bool with_tls, const std::string& source)
    : fd_(::socket(source == "::1" ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval patience{20, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (source == "::1") {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    address.sin6_addr = in6addr_loopback;
    is_connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  } else {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    ::inet_pton(AF_INET, source.c_str(), &address.sin_addr);
    ::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  if (!with_tls || !is_connected_) return;
  context_ = SSL_CTX_new(TLS_client_method());
  tls_ = SSL_new(context_);
  SSL_set_fd(tls_, fd_);
  is_connected_ = SSL_connect(tls_) == 1;
}

bool Client::is_waiting() const {
  char byte = 0;
  return ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

Client::~Client() {
  SSL_free(tls_);
  SSL_CTX_free(context_);
  ::close(fd_);
}

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = tls_ ? static_cast<ssize_t>(SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size())))
                        : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

std::string Client::read_some() {
  char buffer[16384];
  const auto n = tls_ ? static_cast<ssize_t>(SSL_read(tls_, buffer, sizeof buffer))
                      : ::recv(fd_, buffer, sizeof buffer, 0);
  return n > 0 ? std::string(buffer, static_cast<std::size_t>(n)) : std::string();
}

std::string Client::read_answer() {
  while (true) {
    if (const auto end = left_.find("\r\n\r\n"); end != std::string::npos) {
      const auto field = left_.find("Content-Length: ");
      const std::size_t body = field < end ? std::stoul(left_.substr(field + 16)) : 0;
      if (left_.size() >= end + 4 + body) {
        std::string answer = left_.substr(0, end + 4 + body);
        left_.erase(0, answer.size());
        return answer;
      }
    }
    const std::string more = read_some();
    if (more.empty()) return std::exchange(left_, {});
    left_ += more;
  }
}

std::string Client::read_all() {
  std::string all = std::exchange(left_, {});
  for (std::string more = read_some(); !more.empty(); more = read_some()) all += more;
  return all;
}

void Client::half_close() {
  if (tls_) SSL_shutdown(tls_);
  ::shutdown(fd_, SHUT_WR);
}

int status_of_answer(std::string_view answer) {
  if (!answer.starts_with("HTTP/1.1 ")) return 0;
  return std::stoi(std::string(answer.substr(9, 3)));
}

int Client::status_of(std::string_view text) {
  send(text);
  return status_of_answer(read_answer());
}

Site::Site(std::vector<int> weeks, Limits limits, std::filesystem::path vault_folder, SiteExtras extras) {
  ::signal(SIGPIPE, SIG_IGN);
  if (vault_folder.empty()) vault_folder = folder_.path() / "vault";
  vault_folder_ = vault_folder;
  std::filesystem::create_directories(vault_folder / "keyring");
  for (const int offset : weeks)
    write_keyring(keys_, week_ + std::chrono::weeks(offset), vault_folder / "keyring");
  storage::VaultSettings quick{vault_folder, keys_.root.verify_key()};
  quick.padding = 64 * crypto::kib;  // quicker than what a server has
  vault_ = storage::Vault::open(std::move(quick), crypto::Date::today()).value();
  uploads_ = std::make_unique<Uploads>(
      storage::UploadSpool::open(vault_folder, extras.upload_spool, 0).value(), limits);
  router_ = std::make_unique<Router>(*vault_, weather_, vault_folder / "log",
                                     served_pages(keys_.root.verify_key()), limits, uploads_.get());
  write_certificate(folder_.path());

  FrontSettings settings;
  settings.limits = limits;
  settings.spool_folder = vault_folder;
  settings.admit = [this](const Head& head) {
    return admit(head, *vault_->keyrings(), crypto::Date::today(), uploads_.get());
  };
  settings.readable_from = [this](const Head& head) {
    return origin_of_node(head, *vault_->keyrings(), crypto::Date::today());
  };
  settings.answering = [this](Exchange& exchange) { router_->answer(exchange); };
  settings.supplies = std::move(extras.supplies);
  settings.weather = &weather_;
  settings.puzzle = std::move(extras.puzzle);
  auto listener = Listener::on_address(extras.listen).value();
  port_ = static_cast<std::uint16_t>(std::stoi(listener.address().substr(listener.address().rfind(':') + 1)));
  front_ = std::make_unique<Front>(
      std::move(settings), std::move(listener),
      TlsContext::load(folder_.path() / "cert.pem", folder_.path() / "key.pem").value());
  thread_ = std::thread([this] { front_->run(); });
}

void Site::stop() {
  front_->stop();
  if (thread_.joinable()) thread_.join();
}

Site::~Site() {
  stop();
}

int Site::put(const crypto::Bytes& sealed) {
  Client client(port_);
  client.send(put_head(sealed, week_));
  client.send(sealed);
  return status_of_answer(client.read_answer());
}

}  // namespace sandyk::intake
