#include "intake/uploads.h"

#include <time.h>

#include <algorithm>

#include "crypto/seal/position_cipher.h"
#include "crypto/seal/secret.h"

namespace sandyk::intake {
namespace {

using Block = storage::UploadSpool::Block;
using crypto::IoFault;

constexpr std::uint64_t block_size = storage::UploadSpool::block_size;
constexpr std::size_t piece_size = 64 * crypto::kib;  // divides a block

/// Tokens are known by their digest alone. Finding one compares digests, and how long that takes leads nobody
/// from one byte of a token to the next; nor is a token in this process's memory.
crypto::Digest name_of(const crypto::UploadToken& token) {
  return crypto::sha256(token.bytes());
}

Uploads::Refused refused_by(IoFault fault) {
  return {fault == IoFault::disk_full ? Uploads::Fault::disk_full : Uploads::Fault::failed};
}

}  // namespace

std::chrono::nanoseconds time_since_boot() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

struct Uploads::Upload {
  Upload(crypto::Digest n, const crypto::ReportId& r, crypto::Week w, std::uint64_t l,
         std::chrono::nanoseconds now)
      : name(n), report(r), week(w), length(l), last_part(now) {}

  const crypto::Digest name;
  const crypto::ReportId report;
  const crypto::Week week;
  const std::uint64_t length;
  /// Its own, so that none is left of what it encrypted once it is gone, however long its blocks lie there.
  const crypto::UploadKey key = crypto::UploadKey::random();

  std::mutex mutex;           // held while a part is appended, and while the whole is stored
  std::vector<Block> blocks;  // guarded by it, as is the next
  bool is_refused = false;
  std::atomic<std::uint64_t> offset{0};
  std::atomic<bool> is_complete{false};

  // Guarded by the mutex of all
  std::chrono::nanoseconds last_part;
  bool has_blocks = false;
  unsigned working = 0;  // parts that workers have in hand
};

/// All of an upload, decrypted as it is read. Whoever holds the upload's mutex lets others read.
class Uploads::Whole : public storage::BodySource {
 public:
  Whole(const storage::UploadSpool& spool, const Upload& upload) : spool_(spool), upload_(upload) {}

  tl::expected<void, IoFault> read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    while (!out.empty()) {
      const std::uint64_t at = offset % block_size;
      const auto part = out.first(std::min<std::uint64_t>(out.size(), block_size - at));
      const auto done = spool_.read(upload_.blocks[offset / block_size], at, part);
      if (!done) return done;
      crypto::encrypt_at(upload_.key, offset, part);
      out = out.subspan(part.size());
      offset += part.size();
    }
    return {};
  }

 private:
  const storage::UploadSpool& spool_;
  const Upload& upload_;
};

/// Finds an upload and keeps it from having to make place meanwhile.
class Uploads::Use {
 public:
  Use(Uploads& all, const crypto::UploadToken& token) : all_(all) {
    const std::lock_guard lock(all_.mutex_);
    const auto found = all_.uploads_.find(name_of(token));
    if (found == all_.uploads_.end()) return;
    upload_ = found->second;
    ++upload_->working;
  }
  ~Use() {
    if (!upload_) return;
    const std::lock_guard lock(all_.mutex_);
    --upload_->working;
    if (has_progress_) upload_->last_part = all_.now_();
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

  explicit operator bool() const { return upload_ != nullptr; }
  const Shared& upload() const { return upload_; }
  void note_progress() { has_progress_ = true; }

 private:
  Uploads& all_;
  Shared upload_;
  bool has_progress_ = false;
};

Uploads::Uploads(std::unique_ptr<storage::UploadSpool> spool, const Limits& limits, Now now)
    : limits_(limits), now_(std::move(now)), spool_(std::move(spool)) {}

Uploads::~Uploads() = default;

std::optional<crypto::UploadToken> Uploads::create(const crypto::ReportId& report, crypto::Week week,
                                                   std::uint64_t length) {
  sweep();
  const auto token = crypto::random_upload_token();
  const auto upload = std::make_shared<Upload>(name_of(token), report, week, length, now_());
  Shared leaving;  // goes after the lock
  const std::lock_guard lock(mutex_);
  if (uploads_.size() >= limits_.max_uploads) {
    leaving = take_out_first(false);
    if (!leaving) return std::nullopt;
  }
  uploads_.emplace(upload->name, upload);
  return token;
}

std::optional<Uploads::State> Uploads::find(const crypto::UploadToken& token) const {
  const std::lock_guard lock(mutex_);
  const auto found = uploads_.find(name_of(token));
  if (found == uploads_.end()) return std::nullopt;
  const Upload& upload = *found->second;
  return State{upload.offset, upload.length, upload.is_complete};
}

bool Uploads::drop(const crypto::UploadToken& token) {
  Shared leaving;
  const std::lock_guard lock(mutex_);
  const auto found = uploads_.find(name_of(token));
  if (found == uploads_.end()) return false;
  leaving = std::move(found->second);
  uploads_.erase(found);
  return true;
}

/// With the upload's mutex held: nothing of its bytes is needed any more.
void Uploads::end(const Shared& upload) {
  upload->blocks.clear();
  const std::lock_guard lock(mutex_);
  upload->has_blocks = false;
  if (upload->is_refused) uploads_.erase(upload->name);
}

tl::expected<Uploads::State, Uploads::Refused> Uploads::append(const crypto::UploadToken& token,
                                                               const Part& part, const Finish& finish) {
  Use use(*this, token);
  if (!use) return tl::unexpected(Refused{Fault::unknown});
  Upload& upload = *use.upload();
  const std::uint64_t size = part.bytes ? part.bytes->size() : 0;
  if (part.offset > upload.length || size > upload.length - part.offset ||
      part.is_last != (part.offset + size == upload.length))
    return tl::unexpected(Refused{Fault::wrong_end});

  const std::lock_guard one_at_a_time(upload.mutex);
  if (upload.is_refused) return tl::unexpected(Refused{Fault::unknown});
  if (part.offset > upload.offset) return tl::unexpected(Refused{Fault::gap, upload.offset});
  if (part.offset + size > upload.offset) {
    if (auto done = take_new(upload, part); !done) return tl::unexpected(done.error());
    use.note_progress();
  }
  if (part.is_last && !upload.is_complete) {
    const storage::SealedBody whole(std::make_shared<Whole>(*spool_, upload), upload.length);
    const Ending ending = finish(upload.report, upload.week, whole);
    upload.is_complete = ending == Ending::stored;
    upload.is_refused = ending == Ending::refused;
    if (ending != Ending::postponed) end(use.upload());
  }
  return State{upload.offset, upload.length, upload.is_complete};
}

/// The offset moves when all of the part is written. What a fault has left behind it is written over by the
/// next try: the same bytes, since the digest of the whole is fixed from the beginning. A sender who sends
/// others would use up the key's bytes twice, to no harm but its own.
tl::expected<void, Uploads::Refused> Uploads::take_new(Upload& upload, const Part& part) {
  crypto::Bytes buffer(piece_size);
  const std::uint64_t end = part.offset + part.bytes->size();
  for (std::uint64_t at = upload.offset; at < end;) {
    const std::uint64_t to_piece_end = piece_size - at % piece_size;
    const auto piece = std::span(buffer).first(std::min<std::uint64_t>(to_piece_end, end - at));
    if (const auto done = part.bytes->read(at - part.offset, piece); !done)
      return tl::unexpected(refused_by(done.error()));
    if (auto done = take_piece(upload, at, piece); !done) return done;
    at += piece.size();
  }
  upload.offset = end;
  return {};
}

tl::expected<void, Uploads::Refused> Uploads::take_piece(Upload& upload, std::uint64_t at,
                                                         std::span<std::uint8_t> bytes) {
  const std::size_t number = at / block_size;
  if (number == upload.blocks.size()) {  // only as bytes come: a promise of 32 MiB takes no room
    auto block = take_block();
    if (!block) return tl::unexpected(Refused{Fault::no_room});
    upload.blocks.push_back(std::move(*block));
    const std::lock_guard lock(mutex_);
    upload.has_blocks = true;
  }
  crypto::encrypt_at(upload.key, at, bytes);
  if (const auto done = spool_->write(upload.blocks[number], at % block_size, bytes); !done)
    return tl::unexpected(refused_by(done.error()));
  return {};
}

std::optional<Block> Uploads::take_block() {
  while (true) {
    if (auto block = spool_->take()) return block;
    Shared leaving;
    {
      const std::lock_guard lock(mutex_);
      leaving = take_out_first(true);
    }
    if (!leaving) return std::nullopt;
  }
}

void Uploads::sweep() {
  std::vector<Shared> leaving;  // goes after the lock
  const std::lock_guard lock(mutex_);
  leaving = take_out_old();
}

// What follows is called with the mutex held. Whatever is taken out gives its blocks back when the last who
// holds it is done.

std::vector<Uploads::Shared> Uploads::take_out_old() {
  std::vector<Shared> old;
  const auto now = now_();
  for (auto it = uploads_.begin(); it != uploads_.end();) {
    const Upload& upload = *it->second;
    const auto age = upload.is_complete ? limits_.upload_memory : limits_.upload_age;
    if (upload.working == 0 && now - upload.last_part >= age) {
      old.push_back(std::move(it->second));
      it = uploads_.erase(it);
    } else {
      ++it;
    }
  }
  return old;
}

bool Uploads::may_go(const Upload& upload) const {
  return upload.working == 0 && now_() - upload.last_part >= limits_.upload_grace;
}

/// A finished one first: what is left of it is only a kindness. Then who has waited longest.
Uploads::Shared Uploads::take_out_first(bool with_blocks) {
  const auto rank = [](const Upload& upload) {
    return std::pair(upload.is_complete ? 0 : 1, upload.last_part);
  };
  auto first = uploads_.end();
  for (auto it = uploads_.begin(); it != uploads_.end(); ++it) {
    const Upload& upload = *it->second;
    if (!may_go(upload) || (with_blocks && !upload.has_blocks)) continue;
    if (first == uploads_.end() || rank(upload) < rank(*first->second)) first = it;
  }
  if (first == uploads_.end()) return nullptr;
  Shared leaving = std::move(first->second);
  uploads_.erase(first);
  return leaving;
}

}  // namespace sandyk::intake
