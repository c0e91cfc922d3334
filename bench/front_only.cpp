// sandyk-front-only: the endpoint's own front with nothing behind it, so that one can see what storing costs:
//   build/release/bench/sandyk-front-only CONFIG [--unchecked]
// It takes the configuration of sandyk-intake, admits and checks a report as that one does (length, shape,
// digest; not with --unchecked) and answers 201 without storing it. It is never a way to run the server: that
// has no such switch.
#include <fmt/core.h>
#include <signal.h>

#include <atomic>
#include <cstring>

#include "crypto/seal/file.h"
#include "crypto/seal/process.h"
#include "intake/admission.h"
#include "intake/config.h"
#include "intake/front.h"
#include "intake/shape.h"
#include "storage/keyring_set.h"

namespace {

using namespace sandyk;

/// What the Router says of a report that is stored, to a connection that stays.
constexpr std::string_view stored =
    "HTTP/1.1 201 Created\r\nCache-Control: no-store\r\nContent-Length: 16\r\nContent-Security-Policy: "
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\nContent-Type: "
    "application/json\r\nCross-Origin-Resource-Policy: same-origin\r\nKeep-Alive: timeout=5, max=100\r\n"
    "Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\r\n{\"stored\":true}\n";

intake::Config read(const char* path) {
  const auto text = crypto::read_file(path, 64 * 1024);
  if (!text) throw std::runtime_error("the configuration cannot be read");
  const auto values = intake::read_values(crypto::text_of(*text));
  if (!values) throw std::runtime_error("the configuration is not well-formed");
  auto config = intake::read_config(*values);
  if (!config) throw std::runtime_error("the configuration cannot be used");
  return std::move(*config);
}

/// True when it is a report that the Router would hand to the vault.
bool is_good(const intake::Exchange& exchange, std::size_t organisations) {
  constexpr std::size_t id_at = std::string_view("PUT /reports/").size();
  const auto id = crypto::ReportId::parse(std::string_view(exchange.request).substr(id_at, 64));
  if (!id || !exchange.body || !intake::check_shape(*exchange.body, organisations)) return false;
  const auto digest = intake::digest_of(*exchange.body);
  return digest && *digest == *id;
}

int serve(const char* path, bool is_checked) {
  const auto config = read(path);
  const auto keyrings = storage::KeyringSet::read(config.vault / "keyring", *config.root);
  const auto* const keyring = keyrings.in_force(crypto::Date::today());
  if (!keyring) throw std::runtime_error("no week is in force; run sandyk-intake once on this vault");
  const std::size_t organisations = keyring->content().organisations.size();

  std::atomic<intake::Weather> weather{intake::Weather::calm};
  intake::FrontSettings settings;
  settings.limits = config.limits;
  settings.spool_folder = config.vault;
  settings.weather = &weather;
  settings.admit = [&](const intake::Head& head) {
    return intake::admit(head, keyrings, crypto::Date::today());
  };
  settings.answering = [=](intake::Exchange& exchange) {
    if (!is_checked || is_good(exchange, organisations))
      exchange.answer = stored;
    else
      exchange.close = true;
  };
  auto listener = intake::Listener::on_address(config.listen);
  auto tls = intake::TlsContext::load(config.cert, config.key);
  if (!listener || !tls) throw std::runtime_error("cannot listen, or no certificate");
  const std::string url = "https://" + listener->address();
  intake::Front front(std::move(settings), std::move(*listener), std::move(*tls));
  fmt::print("sandyk-front-only: listening on {}\n", url);
  std::fflush(stdout);
  front.run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const bool is_checked = !(argc == 3 && std::strcmp(argv[2], "--unchecked") == 0);
  if (argc < 2 || (argc > 2 && is_checked))
    return fmt::print(stderr, "sandyk-front-only CONFIG [--unchecked]\n"), 2;
  try {
    crypto::start_process();
    ::signal(SIGPIPE, SIG_IGN);
    return serve(argv[1], is_checked);
  } catch (const std::exception& fault) {
    fmt::print(stderr, "sandyk-front-only: {}\n", fault.what());
    return 1;
  }
}
