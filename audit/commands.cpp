#include "audit/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "audit/checks.h"
#include "audit/page.h"
#include "audit/witness.h"
#include "crypto/seal/file.h"
#include "crypto/seal/root_key.h"

namespace sandyk::audit {
namespace {

namespace fs = std::filesystem;
using crypto::exit_usage;

constexpr std::size_t max_vkey_file = 4096;

tl::expected<std::string, Failure> read_text(const fs::path& file, std::size_t max_size,
                                             std::string_view what) {
  const auto bytes = crypto::read_file(file, max_size);
  if (!bytes)
    return failure(exit_usage,
                   fmt::format("The {} cannot be read: {}.", what, crypto::sentence(bytes.error())));
  return std::string(crypto::text_of(*bytes));
}

tl::expected<crypto::NoteKey, Failure> read_vkey(const std::string& line_or_file) {
  auto key = crypto::NoteKey::parse(line_or_file);
  if (!key) {
    const auto text = read_text(line_or_file, max_vkey_file, "log's key");
    if (!text) return tl::unexpected(text.error());
    key = crypto::NoteKey::parse(std::string_view(*text).substr(0, text->find('\n')));
  }
  if (!key || key->type() != crypto::NoteKeyType::ed25519)
    return failure(exit_usage, "The log's key must read <name>+<id>+<base64>, or be a file with that line.");
  return std::move(*key);
}

tl::expected<void, Failure> read_note(const fs::path& file, std::string_view what,
                                      std::optional<std::string>& note) {
  if (file.empty()) return {};
  auto text = read_text(file, crypto::max_note_size, what);
  if (!text) return tl::unexpected(text.error());
  note = std::move(*text);
  return {};
}

tl::expected<void, Failure> read_trust(const fs::path& file, std::optional<crypto::TrustPolicy>& trust) {
  if (file.empty()) return {};
  const auto text = read_text(file, crypto::max_policy_file, "trust file");
  if (!text) return tl::unexpected(text.error());
  auto parsed = crypto::TrustPolicy::parse(*text);
  if (!parsed)
    return failure(exit_usage, fmt::format("The trust file, line {}: {}.", parsed.error().line,
                                           crypto::sentence(parsed.error().fault)));
  trust = std::move(*parsed);
  return {};
}

tl::expected<Given, Failure> read_given(const VerifyOptions& options) {
  auto key = read_vkey(options.log_key);
  if (!key) return tl::unexpected(key.error());
  Given given{std::move(*key), {}, {}, {}, {}, {}};
  if (!options.root_key.empty()) {
    const auto root = crypto::read_root_key(options.root_key);
    if (!root) return failure(exit_usage, fmt::format("The root key {}.", crypto::sentence(root.error())));
    given.root = *root;
  }
  if (!options.as_of.empty()) {
    given.as_of = crypto::Date::parse(options.as_of);
    if (!given.as_of) return failure(exit_usage, "The day of --as-of is written as 2026-11-23.");
  }
  auto done = read_note(options.checkpoint, "checkpoint", given.checkpoint);
  if (done) done = read_note(options.since, "checkpoint seen before", given.since);
  if (done) done = read_trust(options.trust, given.trust);
  if (!done) return tl::unexpected(done.error());
  return given;
}

int complain(const Failure& failure) {
  fmt::print(stderr, "sandyk-audit: {}\n", failure.say);
  return failure.code;
}

int print(const Evidence& evidence, const fs::path& html) {
  const auto checks = check_all(evidence);
  for (const Check& check : checks) fmt::print("{}", text_of(check));
  fmt::print("\nWhat no auditor can check:\n");
  for (const std::string_view sentence : beyond_any_auditor) fmt::print("  {}\n", sentence);
  std::fflush(stdout);
  if (!html.empty())
    if (const auto done = crypto::write_file(html, crypto::bytes_of(page_of(evidence, checks)), 0644); !done)
      return complain({crypto::exit_not_done,
                       fmt::format("The page cannot be written: {}.", crypto::sentence(done.error()))});
  const bool fails = std::any_of(checks.begin(), checks.end(),
                                 [](const Check& check) { return check.verdict() == Verdict::fails; });
  return fails ? crypto::exit_unverified : crypto::exit_done;
}

/// Verifies, cosigns, and writes the note that is for the others.
int cosign_evidence(const Evidence& evidence, const crypto::WitnessKey& key, const CosignOptions& options) {
  const fs::path state = options.state.empty() ? fs::absolute(options.key).parent_path() : options.state;
  const auto note = cosign(evidence, key, state, crypto::Date::today());
  if (!note) return complain(note.error());
  if (const auto done = crypto::write_file(options.out, crypto::bytes_of(*note), 0644); !done)
    return complain(
        {crypto::exit_not_done, fmt::format("The cosigned checkpoint cannot be written: {}. A copy is in {}.",
                                            crypto::sentence(done.error()),
                                            last_cosigned_file(state, evidence.given.log_key).string())});
  fmt::print("Cosigned {} entries as {}: {}\n", evidence.noted->checkpoint.size, key.key().name(),
             options.out.string());
  return crypto::exit_done;
}

}  // namespace

int verify(const VerifyOptions& options) {
  auto given = read_given(options);
  if (!given) return complain(given.error());
  const auto done = with_evidence(options.source, std::move(*given),
                                  [&](const Evidence& evidence) { return print(evidence, options.html); });
  return done ? *done : complain(done.error());
}

int cosign_checkpoint(const CosignOptions& options) {
  VerifyOptions as_verified;
  as_verified.log_key = options.log_key;
  as_verified.checkpoint = options.checkpoint;
  auto given = read_given(as_verified);
  if (!given) return complain(given.error());
  const auto key = read_witness_key(options.key);
  if (!key) return complain(key.error());
  const auto done = with_evidence(options.source, std::move(*given), [&](const Evidence& evidence) {
    return cosign_evidence(evidence, *key, options);
  });
  return done ? *done : complain(done.error());
}

int new_witness_key(const std::string& name, const fs::path& file) {
  const auto vkey = make_witness_key(name, file);
  if (!vkey) return complain(vkey.error());
  fmt::print("The key is in {}. It cosigns; keep it to yourself.\n{}\nFor a trust file:\nwitness {} {}\n",
             file.string(), *vkey, name, *vkey);
  return crypto::exit_done;
}

}  // namespace sandyk::audit
