#include "storage/tombstone.h"

#include "crypto/seal/json_members.h"
#include "storage/folder.h"
#include "storage/layout.h"

namespace sandyk::storage {
namespace {

constexpr std::string_view format = "sandyk-tombstone/1";
constexpr std::size_t max_receipts = 20;  // an organisation has one

std::optional<GoesFor> read_reason(const crypto::Json& object) {
  const auto word = crypto::text_member(object, "reason");
  for (const GoesFor reason : {GoesFor::imported, GoesFor::unread})
    if (word == word_of(reason)) return reason;
  return std::nullopt;
}

std::optional<std::vector<crypto::Digest>> read_receipts(const crypto::Json& object) {
  const auto list = object.find("receipts");
  if (list == object.end() || !list->is_array() || list->size() > max_receipts) return std::nullopt;
  std::vector<crypto::Digest> receipts;
  for (const crypto::Json& entry : *list) {
    const auto digest =
        entry.is_string() ? crypto::Digest::parse(entry.get_ref<const std::string&>()) : std::nullopt;
    if (!digest) return std::nullopt;
    receipts.push_back(*digest);
  }
  return receipts;
}

}  // namespace

std::optional<Tombstone> parse_tombstone(crypto::ByteView json) {
  const auto object = crypto::parse_format(json, layout::max_small_file, format);
  if (!object) return std::nullopt;
  const auto epoch = crypto::epoch_member(*object, "epoch");
  const auto week = crypto::week_member(*object, "week");
  const auto begun = crypto::date_member(*object, "begun");
  const auto reason = read_reason(*object);
  const auto serial = crypto::number_member(*object, "policy_serial");
  const auto policy = crypto::digest_member(*object, "policy_sha256");
  const auto receipts = read_receipts(*object);
  const auto date = crypto::date_member(*object, "date");
  if (!epoch || !week || !begun || !reason || !serial || !policy || !receipts || !date) return std::nullopt;
  return Tombstone{*epoch,
                   *week,
                   *begun,
                   *reason,
                   *serial,
                   *policy,
                   *receipts,
                   crypto::digest_member(*object, "db_sha256"),
                   crypto::digest_member(*object, "key_sha256"),
                   *date};
}

std::string write_tombstone(const Tombstone& tombstone) {
  crypto::Json json;
  json["format"] = format;
  json["epoch"] = tombstone.epoch.hex();
  json["week"] = tombstone.week.text();
  json["begun"] = tombstone.begun.text();
  json["reason"] = word_of(tombstone.reason);
  json["policy_serial"] = tombstone.policy_serial;
  json["policy_sha256"] = tombstone.policy.hex();
  json["receipts"] = crypto::Json::array();
  for (const crypto::Digest& receipt : tombstone.receipts) json["receipts"].push_back(receipt.hex());
  if (tombstone.database) json["db_sha256"] = tombstone.database->hex();
  if (tombstone.key) json["key_sha256"] = tombstone.key->hex();
  json["date"] = tombstone.date.text();
  return crypto::write_json(json);
}

std::vector<Tombstone> read_tombstones(const std::filesystem::path& vault) {
  std::vector<Tombstone> found;
  const auto folder = vault / layout::tombstones;
  for (const std::string& name : names_in(folder)) {
    const auto bytes = is_file(folder / name) ? crypto::read_file(folder / name, layout::max_small_file)
                                              : tl::unexpected(crypto::IoFault::not_found);
    const auto tombstone = bytes ? parse_tombstone(*bytes) : std::nullopt;
    if (tombstone && name == tombstone->epoch.hex() + ".json") found.push_back(*tombstone);
  }
  return found;
}

}  // namespace sandyk::storage
