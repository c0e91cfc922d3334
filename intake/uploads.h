// Reports that come in parts: what has arrived of each, and who has to make place. Unfinished ones are no
// reports: nothing counts them, nothing of them outlives the process.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/seal/calendar.h"
#include "crypto/seal/ids.h"
#include "intake/limits.h"
#include "storage/sealed_body.h"
#include "storage/upload_spool.h"

namespace sandyk::intake {

/// Time since the machine started, in which it also slept. No clock on the wall: that may be set.
std::chrono::nanoseconds time_since_boot();

class Uploads {
 public:
  using Now = std::function<std::chrono::nanoseconds()>;

  Uploads(std::unique_ptr<storage::UploadSpool> spool, const Limits& limits, Now now = time_since_boot);
  ~Uploads();
  Uploads(const Uploads&) = delete;
  Uploads& operator=(const Uploads&) = delete;

  /// Begins one, without a byte of it; nothing when there is no place. Thread-safe, as is all below.
  std::optional<crypto::UploadToken> create(const crypto::ReportId& report, crypto::Week week,
                                            std::uint64_t length);

  struct State {
    std::uint64_t offset;  ///< bytes that are here, from the first on
    std::uint64_t length;
    bool is_complete;  ///< and stored
  };
  std::optional<State> find(const crypto::UploadToken& token) const;
  /// False when there is none.
  bool drop(const crypto::UploadToken& token);

  struct Part {
    std::uint64_t offset;
    const storage::SealedBody* bytes;  ///< null: none, to ask again for what the last part asks for
    bool is_last;
  };
  enum class Fault {
    unknown,    ///< never there, dropped, or swept
    gap,        ///< begins behind what is here
    wrong_end,  ///< goes on after the length, or is the last and should not be, or the other way round
    no_room,    ///< everybody who might make place is too young to
    disk_full,
    failed,  ///< input/output error
  };
  struct Refused {
    Fault fault;
    std::uint64_t offset = 0;  ///< with a gap
  };
  /// What came of a whole report.
  enum class Ending {
    stored,
    postponed,  ///< stays, for its last part to be sent again
    refused,    ///< is dropped
  };
  using Finish =
      std::function<Ending(const crypto::ReportId&, crypto::Week, const storage::SealedBody& whole)>;

  /// Takes what is new of a part: nothing of one that was taken before, the rest of one that overlaps. Calls
  /// `finish` once all is here, and again with each further last part until that says what came of it. After
  /// a fault the upload is as it was.
  [[nodiscard]] tl::expected<State, Refused> append(const crypto::UploadToken& token, const Part& part,
                                                    const Finish& finish);

  /// Drops what has waited too long. To be called now and then.
  void sweep();
  storage::UploadSpool& spool() { return *spool_; }

 private:
  struct Upload;
  class Whole;
  class Use;
  using Shared = std::shared_ptr<Upload>;
  using All = std::map<crypto::Digest, Shared>;

  tl::expected<void, Refused> take_new(Upload& upload, const Part& part);
  tl::expected<void, Refused> take_piece(Upload& upload, std::uint64_t at, std::span<std::uint8_t> bytes);
  std::optional<storage::UploadSpool::Block> take_block();
  std::vector<Shared> take_out_old();
  Shared take_out_first(bool with_blocks);
  bool may_go(const Upload& upload) const;
  void end(const Shared& upload);

  const Limits limits_;
  const Now now_;
  const std::unique_ptr<storage::UploadSpool> spool_;  // outlives the uploads, which give their blocks back
  mutable std::mutex mutex_;  // never held while a file is read or written, nor while an Upload's is taken
  All uploads_;               // by the SHA-256 of their tokens; guarded by mutex_
};

}  // namespace sandyk::intake
