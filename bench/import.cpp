// What an import is made of; import.py runs it beside the import itself.
//   sandyk-import-bench make FOLDER COUNT     a desk's home, and a vault of COUNT valid, different reports
//   sandyk-import-bench open FOLDER           decapsulates and decrypts them all, and nothing else
//   sandyk-import-bench insert FOLDER         puts rows as large into a SQLCipher database, and nothing else
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <string_view>

#include "crypto/open/age/identity_file.h"
#include "crypto/open/age/open.h"
#include "crypto/open/receipt.h"
#include "crypto/seal/age/seal.h"
#include "crypto/seal/process.h"
#include "desk/home.h"
#include "report/packing.h"
#include "report/thread.h"
#include "storage/epoch.h"
#include "storage/epoch_reader.h"
#include "tests/support/keyrings.h"

namespace {

using namespace sandyk;
namespace fs = std::filesystem;

const crypto::Date monday = *crypto::Date::parse("2026-11-23");
const crypto::Week week{monday};
constexpr std::size_t batch = 64;
constexpr unsigned cache_kib = 32 * 1024;
constexpr unsigned work_factor = 12;

crypto::SecretText passphrase() {
  return crypto::SecretText(crypto::bytes_of("six invented words for a bench"));
}

void need(bool is_done, const char* what) {
  if (is_done) return;
  fmt::print(stderr, "sandyk-import-bench: {} failed\n", what);
  std::exit(1);
}

/// About as long as people write: some hundred words, no two reports the same.
std::string narrative(std::size_t number) {
  static constexpr const char* words[] = {"Вчера",  "вечером", "у",     "подъезда", "двое",   "мужчин",
                                          "ждали",  "Өзгөн",   "үйдөн", "кийин",    "машина", "без",
                                          "знаков", "сказали", "чтобы", "я",        "больше", "не",
                                          "писал",  "уехал",   "ңемне", "ёлка",     "суд",    "адвокат"};
  std::uint64_t state = number * 0x9E3779B97F4A7C15U + 1;
  std::string text = fmt::format("Сообщение {}. ", number);
  for (int i = 0; i < 180; ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    text += words[(state >> 33) % std::size(words)];
    if ((state >> 60) == 0) text += std::to_string(state >> 40);
    text += i % 12 == 11 ? ". " : " ";
  }
  return text;
}

crypto::Bytes packed(std::size_t number, const crypto::VerifyKey& root) {
  static constexpr const char* families[] = {"threat", "surveillance", "physical", "legal"};
  const auto keys = crypto::derive_thread_keys(crypto::ReceiptCode::random(), root);
  const report::Thread thread{
      keys.thread, crypto::ReplyKey::random(), keys.verify_key, report::ThreadKind::report, 1, 1,
      std::nullopt};
  const std::string json = fmt::format(
      R"({{"v":"1.0.0","lang":"ru","narrative":"{}","what":["{}"],"danger":"{}"}})", narrative(number),
      families[number % std::size(families)], number % 50 == 0 ? "now" : "later");
  crypto::Bytes out;
  const auto size =
      report::pack(crypto::bytes_of(json), write_thread(thread), {}, [&](crypto::ByteView part) {
        out.insert(out.end(), part.begin(), part.end());
        return true;
      });
  need(size && *size == crypto::size_classes.front(), "packing");
  return out;
}

void make(const fs::path& folder, std::size_t count) {
  const auto site = testing::TestSite::make();
  const auto signed_keyring = site.keyring(week);
  const auto keyring = crypto::Keyring::verify(crypto::bytes_of(signed_keyring.json),
                                               signed_keyring.signature, site.root.verify_key());
  need(keyring.has_value(), "the keyring");
  const desk::Home home(folder / "home");
  fs::create_directories(home.organisation("org-1"));
  fs::create_directories(folder / "vault" / "epochs");
  const auto identity = crypto::age::write_identity_file(site.identities[0], passphrase(), work_factor);
  need(identity && crypto::write_file(home.identity("org-1", week), *identity), "the identity");

  auto epoch = storage::Epoch::begin(folder / "vault" / "epochs", *keyring, monday, {cache_kib, 0, 0});
  need(epoch.has_value(), "the epoch");
  const auto root = site.root.verify_key();
  for (std::size_t done = 0; done < count; done += batch) {
    std::vector<storage::SealedBody> bodies;
    std::vector<crypto::ReportId> ids;
    for (std::size_t i = done; i < std::min(count, done + batch); ++i) {
      auto sealed = crypto::age::seal(keyring->recipients(), packed(i, root));
      need(sealed.has_value(), "sealing");
      ids.push_back(crypto::report_id(*sealed));
      bodies.emplace_back(std::move(*sealed));
    }
    std::vector<storage::Entry> entries;
    for (std::size_t i = 0; i < ids.size(); ++i) entries.push_back({ids[i], week, &bodies[i]});
    need(epoch->store(entries).has_value(), "storing");
    if (epoch->bytes_in_log() >= 4 * crypto::mib) need(epoch->checkpoint().has_value(), "a checkpoint");
  }
  const auto ending = storage::Epoch::close(std::move(*epoch), [] { return true; });
  need(ending.has_value() && *ending != storage::Ending::unclean, "closing");
}

/// Wall time and the processor's, from one moment to another.
class Clock {
 public:
  void say(const char* what, std::size_t count) const {
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun_;
    const double work = processor() - work_;
    fmt::print("{}: {} in {:.2f} s, {:.0f} a second; {:.0f} us of processor each\n", what, count,
               wall.count(), static_cast<double>(count) / wall.count(),
               1e6 * work / static_cast<double>(count));
  }

 private:
  static double processor() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  double work_ = processor();
};

std::vector<crypto::Bytes> sealed_reports(const fs::path& folder,
                                          std::span<const crypto::age::HybridIdentity> identities) {
  const fs::path epoch = fs::directory_iterator(folder / "vault" / "epochs")->path();
  const auto file = crypto::read_file(epoch / "key.age", 65536);
  const auto plain = crypto::age::open_small(*file, identities, crypto::EpochKey::size);
  need(plain.has_value(), "the epoch's key");
  const auto key = crypto::EpochKey::make([&](auto out) { std::ranges::copy(*plain, out.begin()); });
  auto reader = storage::EpochReader::open(epoch, key, folder);
  need(reader.has_value(), "the epoch");
  const auto listing = reader->list();
  need(listing.has_value(), "the listing");
  std::vector<crypto::Bytes> all;
  for (const auto& stored : listing->reports) {
    auto& bytes = all.emplace_back();
    need(reader
             ->read(stored,
                    [&](crypto::ByteView part) {
                      bytes.insert(bytes.end(), part.begin(), part.end());
                      return true;
                    })
             .has_value(),
         "reading");
  }
  return all;
}

std::vector<crypto::Bytes> sealed_reports_of(const fs::path& folder,
                                             std::vector<crypto::age::HybridIdentity>& identities) {
  const auto file = crypto::read_file(desk::Home(folder / "home").identity("org-1", week), 65536);
  need(file.has_value(), "the identity");
  auto read = crypto::age::read_identity_file(*file, passphrase());
  need(read.has_value(), "the identity");
  identities = std::move(*read);
  return sealed_reports(folder, identities);
}

void open(const fs::path& folder) {
  std::vector<crypto::age::HybridIdentity> identities;
  const auto all = sealed_reports_of(folder, identities);
  const Clock clock;
  for (const auto& sealed : all)
    need(crypto::age::open_small(sealed, identities, report::max_packed_size).has_value(), "opening");
  clock.say("opened alone", all.size());
}

void insert(const fs::path& folder) {
  std::vector<crypto::age::HybridIdentity> identities;
  const auto all = sealed_reports_of(folder, identities);
  const fs::path file = folder / "insert.db";
  need(crypto::write_file(file, {}).has_value(), "a file");
  auto db =
      storage::Database::open(file, crypto::EpochKey::random(), storage::Database::Access::write, cache_kib);
  need(db && db->run("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 1000;"
                     "CREATE TABLE content(n INTEGER PRIMARY KEY, bytes BLOB NOT NULL)"),
       "a database");
  const Clock clock;
  for (std::size_t done = 0; done < all.size(); done += 512) {
    auto transaction = storage::Transaction::begin(*db);
    auto row = db->prepare("INSERT INTO content(bytes) VALUES(?)");
    for (std::size_t i = done; i < std::min(all.size(), done + 512); ++i)
      need(row && row->bind(1, crypto::ByteView(all[i])).run(), "a row");
    need(transaction && transaction->commit(), "a commit");
  }
  clock.say("inserted alone", all.size());
}

}  // namespace

int main(int argc, char** argv) {
  crypto::start_process();
  const std::string_view what = argc > 2 ? argv[1] : "";
  if (what == "make" && argc == 4)
    make(argv[2], std::strtoul(argv[3], nullptr, 10));
  else if (what == "open" && argc == 3)
    open(argv[2]);
  else if (what == "insert" && argc == 3)
    insert(argv[2]);
  else
    return 2;
  return 0;
}
