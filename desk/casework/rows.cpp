#include "desk/casework/rows.h"

#include "desk/case_file.h"

namespace sandyk::desk::rows {

tl::unexpected<Problem> failed(storage::DbFault fault) {
  return problem(std::string(say(fault)));
}

tl::expected<Together, Problem> Together::begin(storage::Database& database) {
  if (database.in_transaction()) return Together(std::nullopt);
  auto transaction = storage::Transaction::begin(database);
  if (!transaction) return failed(transaction.error());
  return Together(std::optional<storage::Transaction>(std::move(*transaction)));
}

Did Together::commit() {
  if (!transaction_) return {};
  if (auto done = transaction_->commit(); !done) return failed(done.error());
  return {};
}

}  // namespace sandyk::desk::rows
