// What each path answers: cpp-httplib parses the canonical request and routes it; sockets never reach it.
#pragma once

#include <httplib.h>

#include <atomic>
#include <filesystem>
#include <optional>
#include <string_view>

#include "intake/answer.h"
#include "intake/exchange.h"
#include "intake/pages.h"
#include "intake/upload_requests.h"
#include "intake/weather.h"
#include "storage/vault.h"

namespace sandyk::intake {

class Router : private httplib::Server {
 public:
  /// Answers from `vault`, which outlives the router, from the audit log's folder, which need not be there,
  /// and with `pages`. `weather` is written by the front; `limits` are the front's, for what answers say of
  /// them. Without `uploads`, which outlive the router, nothing is taken in parts.
  Router(storage::Vault& vault, const std::atomic<Weather>& weather, std::filesystem::path log_folder,
         const ServedPages& pages, const Limits& limits = {}, Uploads* uploads = nullptr);

  /// Writes exchange.answer, and sets exchange.close when nothing may follow it. Thread-safe; blocks until a
  /// report is synced.
  void answer(Exchange& exchange);

 private:
  Answer store(const crypto::ReportId& id, crypto::Week week, const storage::SealedBody& body);
  Answer store_upload(const crypto::ReportId& id, crypto::Week week, const storage::SealedBody& body);
  Answer keyring_file(std::string_view name) const;
  Answer policy_file(std::string_view name) const;
  Answer board_file(std::string_view organisation, std::string_view name) const;
  std::string health() const;
  void add_routes(const ServedPages& pages);
  void add_upload_routes(UploadRequests& requests);

  storage::Vault& vault_;
  const std::atomic<Weather>& weather_;
  const std::filesystem::path log_folder_;
  std::optional<UploadRequests> uploads_;
};

/// True when the last signed week ends within four weeks of `today`, or there is none.
bool keyring_ends_soon(const storage::KeyringSet& keyrings, crypto::Date today);

}  // namespace sandyk::intake
