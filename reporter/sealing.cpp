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

crypto::WipedBytes first_thread(const crypto::ReceiptCode& receipt, const crypto::VerifyKey& root) {
  crypto::ThreadKeys keys = crypto::derive_thread_keys(receipt, root);
  const report::Thread thread{
      keys.thread, std::move(keys.reply_key), keys.verify_key, report::ThreadKind::report, 1, 1,
      std::nullopt};
  return report::write_thread(thread);
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

tl::expected<SealedReport, Failure> seal_report(const Report& report, const crypto::Keyring& keyring,
                                                const crypto::VerifyKey& root,
                                                const std::vector<std::string>& only) {
  const auto recipients = recipients_of(keyring, only);
  if (!recipients) return tl::unexpected(recipients.error());
  auto receipt = crypto::ReceiptCode::random();
  const crypto::WipedBytes thread = first_thread(receipt, root);
  const std::string document = report.document.write();
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
  return SealedReport{Sealed::from(std::move(sealed), keyring.content().week), *size_class,
                      std::move(receipt)};
}

std::string size_text(std::uint64_t bytes) {
  const std::uint64_t kib = (bytes + crypto::kib - 1) / crypto::kib;
  if (kib < 1024) return fmt::format("{} KiB", kib);
  return fmt::format("{} MiB", (kib + 1023) / 1024);
}

}  // namespace sandyk::reporter
