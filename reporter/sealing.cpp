#include "reporter/sealing.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <stdexcept>

#include "crypto/seal/age/seal.h"
#include "crypto/seal/text_encoding.h"
#include "report/packing.h"
#include "report/thread.h"

namespace sandyk::reporter {
namespace {

tl::expected<std::vector<crypto::age::HybridRecipient>, Failure> recipients_of(
    const crypto::Keyring& keyring, const std::vector<std::string>& only) {
  const auto& organisations = keyring.content().organisations;
  for (const std::string& id : only)
    if (std::none_of(organisations.begin(), organisations.end(), [&](const auto& o) { return o.id == id; }))
      return failure(crypto::exit_usage,
                     "The keyring has no organisation of one of the names given with --only.");
  std::vector<crypto::age::HybridRecipient> recipients;
  for (const crypto::Organisation& organisation : organisations) {
    const bool is_left_out =
        !only.empty() && std::find(only.begin(), only.end(), organisation.id) == only.end();
    recipients.push_back(is_left_out ? crypto::age::HybridRecipient::throw_away() : organisation.recipient);
  }
  return recipients;
}

/// What goes in beside document and files.
crypto::WipedBytes thread_of(const Report& report, const std::string& document,
                             const crypto::ThreadKeys& keys, InThread how) {
  std::optional<report::ThreadSignature> signature;
  if (report::is_signed_kind(how.kind)) {
    std::vector<crypto::Digest> files;
    for (const auto& file : report.files()) files.push_back(crypto::sha256(file.content));
    signature = keys.sign(
        report::signing_message(how.kind, keys.thread, crypto::sha256(crypto::bytes_of(document)), files));
  }
  return report::write_thread({keys.thread, crypto::ReplyKey::make([&](auto out) {
                                 std::copy(keys.reply_key.expose().begin(), keys.reply_key.expose().end(),
                                           out.begin());
                               }),
                               keys.verify_key, how.kind, 1, 1, signature, std::move(how.read)});
}

tl::unexpected<Failure> too_large(std::uint64_t size, std::uint64_t most) {
  return failure(
      crypto::exit_usage,
      fmt::format("The report with its files takes {}, and at most {} can be sent at once. Send the text "
                  "first, and the files in further reports.",
                  size_text(size), size_text(most)));
}

}  // namespace

Sealed Sealed::from(crypto::Bytes bytes, crypto::Week week) {
  const crypto::ReportId id = crypto::report_id(bytes);
  return {std::move(bytes), id, week};
}

tl::expected<Sealed, Failure> seal_in_thread(const Report& report, const crypto::Keyring& keyring,
                                             const crypto::ThreadKeys& keys, InThread how,
                                             const std::vector<std::string>& only) {
  const auto recipients = recipients_of(keyring, only);
  if (!recipients) return tl::unexpected(recipients.error());
  const std::string document = report.document.write();
  const crypto::WipedBytes thread = thread_of(report, document, keys, std::move(how));
  const auto files = report.files();
  const std::uint64_t size = report::packed_size(crypto::bytes_of(document), thread, files);
  const std::uint64_t most = keyring.content().max_class;
  const auto size_class = crypto::size_class_for(size);
  if (!size_class || *size_class > most) return too_large(size, most);

  crypto::Bytes sealed;
  sealed.reserve(crypto::sealed_length(*size_class, recipients->size()));
  auto sealer = crypto::age::Sealer::start(*recipients, [&sealed](crypto::ByteView bytes) {
    sealed.insert(sealed.end(), bytes.begin(), bytes.end());
    return true;
  });
  if (!sealer)
    return failure(crypto::exit_unverified,
                   "The keyring holds a key that nothing can be sealed to. Tell the site.");
  const auto packed =
      report::pack(crypto::bytes_of(document), thread, files,
                   [&sealer](crypto::ByteView bytes) { return sealer->write(bytes).has_value(); });
  if (!packed || !sealer->finish()) throw std::logic_error("sealing to memory stopped");
  return Sealed::from(std::move(sealed), keyring.content().week);
}

tl::expected<SealedReport, Failure> seal_report(const Report& report, const crypto::Keyring& keyring,
                                                const crypto::VerifyKey& root,
                                                const std::vector<std::string>& only) {
  auto receipt = crypto::ReceiptCode::random();
  auto sealed = seal_in_thread(report, keyring, crypto::derive_thread_keys(receipt, root),
                               {report::ThreadKind::report, {}}, only);
  if (!sealed) return tl::unexpected(sealed.error());
  return SealedReport{std::move(*sealed), std::move(receipt)};
}

std::string size_text(std::uint64_t bytes) {
  const std::uint64_t kib = (bytes + crypto::kib - 1) / crypto::kib;
  if (kib < 1024) return fmt::format("{} KiB", kib);
  return fmt::format("{} MiB", (kib + 1023) / 1024);
}

}  // namespace sandyk::reporter
