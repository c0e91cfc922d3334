// What the paths of uploads answer: as in the draft "Resumable Uploads for HTTP" (docs/formats.md says which
// and where we differ).
#pragma once

#include <functional>
#include <optional>

#include "intake/answer.h"
#include "intake/uploads.h"

namespace sandyk::intake {

class UploadRequests {
 public:
  /// Puts a whole report where a PUT would, and answers as to one.
  using Store = std::function<Answer(const crypto::ReportId&, crypto::Week, const storage::SealedBody&)>;

  /// `uploads` outlives this.
  UploadRequests(Uploads& uploads, Store store) : uploads_(uploads), store_(std::move(store)) {}

  /// POST of a report that was admitted by its length. `largest` is what the site takes at most.
  Answer begin(const crypto::ReportId& report, crypto::Week week, std::uint64_t length,
               std::uint64_t largest);
  /// HEAD
  Answer look(const crypto::UploadToken& token) const;
  /// PATCH
  Answer add(const crypto::UploadToken& token, const Uploads::Part& part);
  /// DELETE
  Answer drop(const crypto::UploadToken& token);

 private:
  Uploads& uploads_;
  const Store store_;
};

/// What a report is answered with that is stored, whether it was there before or not, whole or in parts.
Answer stored_answer();

}  // namespace sandyk::intake
