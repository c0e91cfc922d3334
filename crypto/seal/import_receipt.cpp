#include "crypto/seal/import_receipt.h"

#include "crypto/seal/json_members.h"

namespace sandyk::crypto {
namespace {

constexpr std::string_view format = "sandyk-import-receipt/1";
constexpr std::size_t max_size = 4096;
constexpr std::string_view complete = "complete";
constexpr std::string_view incomplete = "incomplete";

}  // namespace

std::optional<ImportReceipt> parse_import_receipt(ByteView json) {
  const auto r = parse_format(json, max_size, format);
  if (!r) return std::nullopt;
  auto site = site_member(*r, "site");
  auto organisation = text_member(*r, "organisation");
  const auto epoch_text = text_member(*r, "epoch");
  const auto epoch = epoch_text ? EpochId::parse(*epoch_text) : std::nullopt;
  const auto database = digest_member(*r, "db_sha256");
  const auto key = digest_member(*r, "key_sha256");
  const auto result = text_member(*r, "result");
  const auto date = date_member(*r, "date");
  if (!site || !organisation || !is_short_name(*organisation) || !epoch || !database || !key || !date ||
      (result != complete && result != incomplete))
    return std::nullopt;
  return ImportReceipt{
      std::move(*site), std::move(*organisation), *epoch, *database, *key, result == complete, *date};
}

std::string write_import_receipt(const ImportReceipt& r) {
  Json out;
  out["format"] = format;
  out["site"] = r.site;
  out["organisation"] = r.organisation;
  out["epoch"] = r.epoch.hex();
  out["db_sha256"] = r.database.hex();
  out["key_sha256"] = r.key.hex();
  out["result"] = r.is_complete ? complete : incomplete;
  out["date"] = r.date.text();
  return write_json(out);
}

tl::expected<ImportReceipt, SignatureFault> verify_import_receipt(ByteView json,
                                                                  std::string_view signature_file,
                                                                  const VerifyKey& desk_key,
                                                                  std::string_view site) {
  const auto mark = verify(desk_key, json, signature_file, SignedKind::import_receipt, site);
  if (!mark) return tl::unexpected(mark.error());
  auto receipt = parse_import_receipt(json);
  if (!receipt || receipt->date.text() != *mark) return tl::unexpected(SignatureFault::malformed);
  if (receipt->site != site) return tl::unexpected(SignatureFault::other_site);
  return std::move(*receipt);
}

}  // namespace sandyk::crypto
