#include "storage/daily_round.h"

#include <fmt/format.h>

#include <utility>

#include "storage/clock_guard.h"
#include "storage/layout.h"
#include "storage/retention_run.h"

namespace sandyk::storage {
namespace {

using Sentences = std::vector<std::string>;

std::optional<crypto::LogKey> copy_of(const crypto::LogKey& key) {
  const auto text = key.write();
  return crypto::LogKey::read(crypto::text_of(text.expose()));
}

}  // namespace

/// True when the log can be written to. It is read at the first round, and again after a fault; a key that
/// the policy does not name signs nothing.
bool DailyRound::open_log(const PolicySet& policies, crypto::Date today, Sentences& said) {
  if (!key_)
    return said.push_back("No log-key is set: nothing is logged, and auditors can verify little."), false;
  const crypto::Policy* policy = policies.in_force(today);
  if (policy != nullptr && policy->content().log_key != key_->vkey()) {
    log_is_frozen_ = true;
    said.push_back(fmt::format(
        "The policy names another log key than this server has ({}): nothing is logged or signed.",
        key_->vkey()));
    return false;
  }
  if (!log_ || log_->state() == AuditLog::State::failed) {
    auto opened = AuditLog::open(vault_ / layout::log, copy_of(*key_), today);
    log_.emplace(std::move(opened.log));
    book_ = LogBook();
    for (const LogEntry& entry : opened.entries) book_.add(entry);
  }
  log_is_frozen_ = log_->state() == AuditLog::State::frozen;
  if (!log_->why().empty()) said.push_back(log_->why());
  return log_->state() == AuditLog::State::on;
}

bool DailyRound::append_missing(const KeyringSet& keyrings, const PolicySet& policies, crypto::Date today,
                                const std::string& open_epoch, Sentences& said) {
  const auto missing = book_.missing(vault_, keyrings, policies, software_, today, open_epoch);
  if (missing.empty()) return true;
  if (const auto done = log_->append(missing); !done) {
    said.push_back(fmt::format(
        "The audit log could not be written: {}. It is tried again; reports are taken all the same.",
        crypto::sentence(done.error())));
    return false;
  }
  for (const LogEntry& entry : missing) book_.add(entry);
  return true;
}

Sentences DailyRound::run(const KeyringSet& keyrings, const PolicySet& policies, crypto::Date today,
                          const std::string& open_epoch) {
  // A server that was off may have missed days; a running one does not.
  const auto allowed = std::exchange(is_first_, false) ? longest_pause : longest_turn;
  Sentences said = run_retention(vault_, keyrings, policies, today, allowed);
  if (!open_log(policies, today, said) || !append_missing(keyrings, policies, today, open_epoch, said))
    return said;
  if (log_->published_on() == today) return said;
  if (const auto done = log_->publish(today); !done)
    said.push_back(
        fmt::format("The day's checkpoint of the audit log could not be signed: {}. It is tried again.",
                    crypto::sentence(done.error())));
  return said;
}

Sentences DailyRound::log_changes(const KeyringSet& keyrings, const PolicySet& policies, crypto::Date today,
                                  const std::string& open_epoch) {
  Sentences said;
  if (log_ && log_->state() == AuditLog::State::on)
    append_missing(keyrings, policies, today, open_epoch, said);
  return said;
}

}  // namespace sandyk::storage
