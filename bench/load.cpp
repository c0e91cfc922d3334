// sandyk-load: seals reports beforehand, then sends each as fast as the server takes them, over TLS, plain or
// a UNIX socket, and says how many were acknowledged, how fast, and how long one took. Of any other HTTP
// server it asks for a path (--get), or posts the same reports to it as a browser posts files (--form).
#include <fcntl.h>
#include <fmt/core.h>
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "bench/keyring_file.h"
#include "bench/link.h"
#include "crypto/seal/age/seal.h"
#include "crypto/seal/file.h"
#include "crypto/seal/ids.h"
#include "crypto/seal/process.h"
#include "crypto/seal/size_class.h"

namespace {

using namespace sandyk;
using Clock = std::chrono::steady_clock;

struct Options {
  bench::Target target;
  std::string ca, keyring, root_key, packed, acknowledged, get, form;
  std::size_t count = 5000, clients = 32, kib = 16;
  bool keep_alive = false;
};

/// Whole requests, head and body.
struct Load {
  std::vector<std::string> requests;
  std::atomic<std::size_t> next{0};
  crypto::Fd acknowledged;  ///< gets the id of each report that was acknowledged, a line each, at once
};

/// The id in `PUT /reports/<id> HTTP/1.1`.
std::string_view id_of(const std::string& request) {
  return std::string_view(request).substr(13, 64);
}

struct Tally {
  std::size_t accepted = 0, refused = 0, broken = 0;
  std::vector<double> milliseconds;  // of those accepted
};

bool is_success(int status, const Options& options) {
  if (!options.get.empty()) return status == 200;
  if (!options.form.empty()) return status >= 200 && status < 400;  // a page, or the way to one
  return status == 201;
}

void send_reports(Load& load, SSL_CTX* context, const Options& options, Tally& tally) {
  std::unique_ptr<bench::Link> link;
  for (std::size_t i = load.next++; i < load.requests.size(); i = load.next++) {
    const auto begin = Clock::now();
    if (!link || !link->is_open() || !options.keep_alive)
      link = std::make_unique<bench::Link>(context, options.target);
    const int status = link->is_open() ? link->exchange(load.requests[i]) : 0;
    if (is_success(status, options)) {
      ++tally.accepted;
      if (load.acknowledged.is_open()) {
        const std::string line = std::string(id_of(load.requests[i])) + "\n";
        if (!crypto::write_all(load.acknowledged.get(), crypto::bytes_of(line))) std::abort();
      }
      tally.milliseconds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
    } else {
      ++(status == 0 ? tally.broken : tally.refused);
      link.reset();
    }
  }
}

std::string common_fields(const Options& options) {
  const bool is_named = options.target.kind != bench::Target::Kind::unix_socket;
  return fmt::format("Host: {}\r\n{}", is_named ? options.target.host : "localhost",
                     options.keep_alive ? "" : "Connection: close\r\n");
}

crypto::Bytes read_plaintext(const Options& options) {
  if (options.packed.empty()) return crypto::Bytes(options.kib * crypto::kib);
  auto file = crypto::read_file(options.packed, crypto::size_classes.back());
  if (!file) throw std::runtime_error("The packed report cannot be read.");
  return std::move(*file);
}

std::string put_request(const crypto::Bytes& sealed, crypto::Week week, const Options& options) {
  return fmt::format("PUT /reports/{} HTTP/1.1\r\n{}Content-Length: {}\r\nSandyk-Week: {}\r\n\r\n{}",
                     crypto::report_id(sealed).hex(), common_fields(options), sealed.size(), week.text(),
                     crypto::text_of(sealed));
}

/// As a browser sends a chosen file.
std::string form_request(const crypto::Bytes& sealed, const Options& options) {
  constexpr std::string_view boundary = "----sandyk-load-7b1f2a90";
  const std::string body = fmt::format(
      "--{0}\r\nContent-Disposition: form-data; name=\"file[]\"; filename=\"report.age\"\r\n"
      "Content-Type: application/octet-stream\r\n\r\n{1}\r\n--{0}--\r\n",
      boundary, crypto::text_of(sealed));
  return fmt::format(
      "POST {} HTTP/1.1\r\n{}Content-Type: multipart/form-data; boundary={}\r\nContent-Length: {}\r\n\r\n{}",
      options.form, common_fields(options), boundary, body.size(), body);
}

void seal_reports(Load& load, const crypto::Keyring& keyring, const Options& options) {
  const crypto::Bytes plain = read_plaintext(options);
  const auto recipients = keyring.recipients();
  load.requests.resize(options.count);
  std::vector<std::jthread> sealing;
  for (std::size_t part = 0; part < 2; ++part) {
    sealing.emplace_back([&, part] {
      for (std::size_t i = part; i < options.count; i += 2) {
        const auto sealed = crypto::age::seal(recipients, plain);
        load.requests[i] = options.form.empty() ? put_request(*sealed, keyring.content().week, options)
                                                : form_request(*sealed, options);
      }
    });
  }
}

void ask_for(Load& load, const Options& options) {
  load.requests.assign(options.count,
                       fmt::format("GET {} HTTP/1.1\r\n{}\r\n", options.get, common_fields(options)));
}

Tally run(Load& load, SSL_CTX* context, const Options& options) {
  std::vector<Tally> tallies(options.clients);
  {
    std::vector<std::jthread> clients;
    for (Tally& tally : tallies) clients.emplace_back([&] { send_reports(load, context, options, tally); });
  }
  Tally sum;
  for (const Tally& tally : tallies) {
    sum.accepted += tally.accepted;
    sum.refused += tally.refused;
    sum.broken += tally.broken;
    sum.milliseconds.insert(sum.milliseconds.end(), tally.milliseconds.begin(), tally.milliseconds.end());
  }
  std::sort(sum.milliseconds.begin(), sum.milliseconds.end());
  return sum;
}

double percentile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

int measure(const Options& options) {
  const bool is_tls = options.target.kind == bench::Target::Kind::tls;
  const bench::Context context = is_tls ? bench::make_context(options.ca) : nullptr;
  Load load;
  if (!options.acknowledged.empty())
    load.acknowledged =
        crypto::Fd(::open(options.acknowledged.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (options.get.empty())
    seal_reports(load, bench::read_keyring(options.keyring, options.root_key), options);
  else
    ask_for(load, options);

  const auto begin = Clock::now();
  const Tally tally = run(load, context.get(), options);
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  fmt::print(
      "accepted {}  refused {}  broken {}  in {:.2f} s: {:.0f} reports/s  p50 {:.1f} ms  p99 {:.1f} ms\n",
      tally.accepted, tally.refused, tally.broken, seconds, static_cast<double>(tally.accepted) / seconds,
      percentile(tally.milliseconds, 0.5), percentile(tally.milliseconds, 0.99));
  return tally.accepted == options.count ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  std::string url;
  CLI::App app("Measures how many reports a second an intake stores.", "sandyk-load");
  app.add_option("--to", url, "https://HOST:PORT, http://HOST:PORT or unix:PATH")->required();
  app.add_option("--ca", options.ca, "Certificate to trust, PEM; for https");
  app.add_option("--keyring", options.keyring, "This week's keyring, with its .minisig beside it");
  app.add_option("--root-key", options.root_key, "The site's root.pub");
  app.add_option("--get", options.get, "Ask for this path so many times instead; needs no keyring")
      ->excludes("--keyring");
  app.add_option("--form", options.form,
                 "Post each report to this path as a browser's form does, field file[]");
  app.add_option("--size", options.kib,
                 "KiB of a report before sealing (default 16); a class of the project's")
      ->check(CLI::IsMember({16, 64, 256, 1024, 2048, 4096, 8192, 16384, 32768}));
  app.add_option("--count", options.count, "Reports, each sealed anew (default 5000)");
  app.add_option("--clients", options.clients, "At a time (default 32)");
  app.add_option("--packed", options.packed,
                 "Seal this packed report (sandyk-report pack) anew each time instead of zeros");
  app.add_option("--acknowledged", options.acknowledged,
                 "Append the id of each report to this file as soon as it is acknowledged");
  app.add_flag("--keep-alive", options.keep_alive,
               "Many reports over a connection, where a new one each is the default");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& fault) {
    return app.exit(fault) == 0 ? 0 : 2;
  }
  try {
    crypto::start_process();
    ::signal(SIGPIPE, SIG_IGN);
    options.target = bench::Target::parse(url);
    return measure(options);
  } catch (const std::exception& fault) {
    fmt::print(stderr, "sandyk-load: {}\n", fault.what());
    return 1;
  }
}
