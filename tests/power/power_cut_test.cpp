// The power fails while a vault is written: whatever the disk then holds, the vault opens again and the desk
// reads every report that was acknowledged before.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "storage/epoch_files.h"
#include "storage/folder.h"
#include "storage/layout.h"
#include "storage/log_reader.h"
#include "tests/power/recorded_calls.h"
#include "tests/storage/site.h"

namespace sandyk::storage {
namespace {

using sandyk::testing::Cut;
using sandyk::testing::DiskModel;
using sandyk::testing::Recording;
using Ids = std::set<std::string>;

constexpr std::uint64_t first_seed = 20261123;
constexpr unsigned putters = 3;

/// What travels to the desk, and temporary names whose removal a cut can undo. Anything else would be missed
/// there.
bool may_be_in_epoch(const std::string& name) {
  constexpr std::string_view travelling[] = {
      layout::info,         layout::key,    layout::key_copy, layout::database,
      layout::database_log, layout::closed, layout::unclean,  layout::compacted_database};
  return std::find(std::begin(travelling), std::end(travelling), name) != std::end(travelling) ||
         name.ends_with(".part") || name.starts_with(layout::unfinished_database);
}

/// How a vault lives while the power fails.
struct Life {
  int sessions, reports;   ///< vaults, and reports of each putter and epoch
  std::uint64_t mean_gap;  ///< writes between two cuts
};
constexpr Life busy{3, 8, 400};
constexpr Life short_epochs{8, 1, 250};  ///< nearly every cut hits a beginning or an end

struct Figures {
  int cuts = 0, starts_refused = 0, epochs = 0, logs_frozen = 0;
  std::size_t acknowledged = 0, lost = 0, damaged = 0, unreadable = 0;
};

/// A disk that a cut left, and what had been acknowledged by then.
struct Left {
  std::filesystem::path folder;
  Ids acknowledged;
};

/// In memory where there is room, since hundreds of vaults come and go.
std::filesystem::path roomy() {
  std::error_code fault;
  const auto memory = std::filesystem::space("/dev/shm", fault);
  return !fault && memory.available > 2048 * crypto::mib ? "/dev/shm" : "/tmp";
}

class PowerCut : public VaultTest {
 protected:
  PowerCut() {
    scratch = place.path / "scratch";
    std::filesystem::create_directory(scratch);
  }

  Figures figures;
  TemporaryFolder place{roomy()};
  std::filesystem::path disks = place.path / "disks";
  std::mutex mutex;  // guards the next two
  Ids acknowledged, sent;

  const std::shared_ptr<const crypto::LogKey> log_key = std::make_shared<const crypto::LogKey>(
      crypto::LogKey::generate(crypto::log_origin(site.root.verify_key().site())));

  VaultSettings logged() const {
    auto with_log = settings();
    with_log.log_key = log_key;
    return with_log;
  }

  static std::uint64_t random_seed() { return std::random_device{}(); }
  /// SANDYK_POWER_SEED=N repeats a run's cuts (threads may still fall differently).
  static std::uint64_t seed_or(std::uint64_t seed) {
    const char* const given = std::getenv("SANDYK_POWER_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : seed;
  }
  static int times() { return std::getenv("SANDYK_LONG") != nullptr ? 50 : 1; }

  void put_reports(Vault& v, int reports, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const std::size_t sizes[] = {20'000, 20'000, 70'000, 300'000};
    for (int i = 0; i < reports; ++i) {
      const auto report = sample(sizes[random() % std::size(sizes)]);
      {
        const std::lock_guard lock(mutex);
        sent.insert(report.id.hex());
      }
      if (!v.put(report.id, week, report.body())) continue;
      const std::lock_guard lock(mutex);
      acknowledged.insert(report.id.hex());
    }
  }

  /// A life of a vault from its first file to a clean end, with cuts on the way.
  std::vector<Left> live(const Life& life, std::uint64_t seed) {
    vault = place.path / "live" / "vault";
    std::filesystem::remove_all(vault.parent_path());
    std::filesystem::create_directory(vault.parent_path());
    std::filesystem::create_directories(disks);
    acknowledged.clear();
    std::vector<Left> all;
    const auto cut = [&](const DiskModel& disk, std::mt19937_64& random) {
      const std::lock_guard lock(mutex);
      all.push_back({disks / std::to_string(all.size()), acknowledged});
      std::filesystem::create_directory(all.back().folder);
      disk.rebuild(all.back().folder, Cut::any(random), random);
    };
    const Recording recording(vault.parent_path(), seed, life.mean_gap, cut);
    put_keyring(site.keyring(week));
    for (unsigned day = 0; day < 2; ++day) {
      auto v = std::move(Vault::open(logged(), monday + std::chrono::days(day)).value());
      std::vector<std::thread> threads;
      for (unsigned t = 0; t < putters; ++t)
        threads.emplace_back([&, t] { put_reports(*v, life.reports, seed + 10 * day + t); });
      EXPECT_TRUE(v->turn(monday + std::chrono::days(day)));
      for (auto& thread : threads) thread.join();
    }
    return all;
  }

  /// Reads one epoch as the desk does; `found` gets what is whole.
  void read(const std::filesystem::path& epoch, Ids& found) {
    ++figures.epochs;
    const auto info = read_epoch_info(epoch);
    ASSERT_TRUE(info) << epoch << ": no epoch";
    for (const auto& name : names_in(epoch)) EXPECT_TRUE(may_be_in_epoch(name)) << name;
    EXPECT_NE(info->state, EpochInfo::State::open) << epoch;
    const auto mark = read_mark(epoch), now = std::optional(hash_epoch(epoch).value());
    ASSERT_TRUE(mark) << epoch;
    EXPECT_TRUE(mark->database == now->database && mark->key == now->key && mark->log == now->log) << epoch;
    EXPECT_TRUE(same(key_of(epoch, "key.age"), key_of(epoch, "key.age.copy"))) << epoch;
    auto reader = EpochReader::open(epoch, key_of(epoch), scratch);
    auto listing = reader ? reader->list() : tl::unexpected(reader.error());
    if (!listing) {
      ++figures.unreadable;
      ADD_FAILURE() << epoch << ": " << sentence(listing.error());
      return;
    }
    figures.damaged += listing->damaged;
    for (const auto& report : listing->reports)
      if (reader->read(report, [](crypto::ByteView) { return true; }))
        found.insert(report.id.hex());
      else
        ++figures.damaged;
  }

  /// The real code takes the disk over, goes on with it, and nothing is missing or made up.
  void recover(const Left& left) {
    ++figures.cuts;
    vault = left.folder / "vault";
    {
      auto opened = Vault::open(logged(), monday + std::chrono::days(2));
      if (!opened) {
        ++figures.starts_refused;
        ADD_FAILURE() << left.folder << ": " << sentence(opened.error());
        return;
      }
      const auto report = sample();
      sent.insert(report.id.hex());
      const auto done = (*opened)->put(report.id, week, report.body());
      EXPECT_TRUE(done || done.error() == PutFault::no_epoch) << left.folder;
      (*opened)->finish_chores();
      if ((*opened)->log_is_frozen()) {
        ++figures.logs_frozen;
        for (const auto& notice : (*opened)->notices()) ADD_FAILURE() << left.folder << ": " << notice;
      }
    }
    Ids found;
    for (const auto& epoch : epochs()) read(epoch, found);
    figures.acknowledged += left.acknowledged.size();
    for (const auto& id : left.acknowledged) figures.lost += found.count(id) == 0 ? 1U : 0U;
    for (const auto& id : found)
      EXPECT_EQ(sent.count(id), 1U) << left.folder << ": a report that nobody sent";
    check_log();
    if (HasFailure()) {  // something to look at
      const auto kept = std::filesystem::path("/tmp") / ("sandyk-power-cut-" + std::to_string(::getpid()) +
                                                         "-" + left.folder.filename().string());
      std::filesystem::copy(left.folder, kept, std::filesystem::copy_options::recursive);
      std::cout << "kept in " << kept << std::endl;
    }
    std::filesystem::remove_all(left.folder);
  }

  /// The audit log verifies, and knows every epoch.
  void check_log() {
    const auto log = read_log(fetch_from(vault / layout::log), log_key->name(), log_key->key());
    ASSERT_TRUE(log) << vault << ": " << sentence(log.error());
    const auto pending = read_pending(vault / layout::log, log->entries);
    ASSERT_TRUE(pending) << vault << ": " << sentence(pending.error());
    std::string all;
    for (const auto& entries : {log->entries, *pending})
      for (const std::string& entry : entries) all += entry;
    for (const auto& epoch : epochs())
      EXPECT_NE(all.find("epoch " + epoch.filename().string()), std::string::npos)
          << epoch << " is not logged";
  }

  void run(const Life& life, std::uint64_t seed) {
    std::cout << "seed " << seed << std::endl;
    for (int i = 0; i < life.sessions * times() && !HasFailure(); ++i)
      for (const Left& left : live(life, seed + 1000 * static_cast<unsigned>(i)))
        if (!HasFailure()) recover(left);
    std::cout << figures.cuts << " power cuts, " << figures.epochs << " epochs read, " << figures.acknowledged
              << " reports acknowledged, " << figures.lost << " lost, " << figures.damaged << " damaged, "
              << figures.unreadable << " epochs unreadable, " << figures.starts_refused << " starts refused, "
              << figures.logs_frozen << " logs frozen" << std::endl;
    EXPECT_GE(figures.cuts, 80);
    EXPECT_GT(figures.acknowledged, 100U);
    EXPECT_EQ(figures.lost + figures.damaged + figures.unreadable, 0U);
  }
};

TEST_F(PowerCut, LosesNoAcknowledgedReport) {
  run(busy, seed_or(first_seed));
}

TEST_F(PowerCut, LosesNoAcknowledgedReportByAnotherSeedEachTime) {
  run(busy, seed_or(random_seed()));
}

TEST_F(PowerCut, LosesNoAcknowledgedReportWhileEpochsBeginAndEnd) {
  run(short_epochs, seed_or(first_seed));
}

TEST_F(PowerCut, LosesNoAcknowledgedReportWhileEpochsBeginAndEndByAnotherSeedEachTime) {
  run(short_epochs, seed_or(random_seed()));
}

}  // namespace
}  // namespace sandyk::storage
