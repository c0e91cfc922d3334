// Short ways to ask the case file's database, for casework: values in their order, rows one by one.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "desk/problem.h"
#include "storage/database.h"

namespace sandyk::desk {

using Did = tl::expected<void, Problem>;

namespace rows {

/// A fault of the database as a sentence.
tl::unexpected<Problem> failed(storage::DbFault fault);

inline void bind_one(storage::Statement& statement, int index, std::int64_t value) {
  statement.bind(index, value);
}
inline void bind_one(storage::Statement& statement, int index, std::string_view value) {
  statement.bind(index, value);
}
inline void bind_one(storage::Statement& statement, int index, crypto::ByteView value) {
  statement.bind(index, value);
}

template <typename... Values>
void bind_all(storage::Statement& statement, const Values&... values) {
  int index = 0;
  (bind_one(statement, ++index, values), ...);
}

/// Runs a statement without rows.
template <typename... Values>
[[nodiscard]] Did change(storage::Database& database, std::string_view sql, const Values&... values) {
  auto statement = database.prepare(sql);
  if (!statement) return failed(statement.error());
  bind_all(*statement, values...);
  if (auto done = statement->run(); !done) return failed(done.error());
  return {};
}

/// Calls `each(statement)` for each row.
template <typename Each, typename... Values>
[[nodiscard]] Did for_each(storage::Database& database, std::string_view sql, Each each,
                           const Values&... values) {
  auto statement = database.prepare(sql);
  if (!statement) return failed(statement.error());
  bind_all(*statement, values...);
  while (true) {
    const auto row = statement->step();
    if (!row) return failed(row.error());
    if (!*row) return {};
    each(static_cast<const storage::Statement&>(*statement));
  }
}

/// The first column of the first row; nothing when there is none.
template <typename... Values>
[[nodiscard]] tl::expected<std::optional<std::string>, Problem> ask_text(storage::Database& database,
                                                                         std::string_view sql,
                                                                         const Values&... values) {
  std::optional<std::string> text;
  auto done = for_each(
      database, sql,
      [&](const storage::Statement& row) {
        if (!text) text.emplace(row.text(0).value_or(""));
      },
      values...);
  if (!done) return tl::unexpected(done.error());
  return text;
}
template <typename... Values>
[[nodiscard]] tl::expected<std::optional<std::int64_t>, Problem> ask_number(storage::Database& database,
                                                                            std::string_view sql,
                                                                            const Values&... values) {
  std::optional<std::int64_t> number;
  auto done = for_each(
      database, sql,
      [&](const storage::Statement& row) {
        if (!number) number = row.integer(0);
      },
      values...);
  if (!done) return tl::unexpected(done.error());
  return number;
}

/// Several changes as one. Inside of another it leaves the end to that one.
class Together {
 public:
  [[nodiscard]] static tl::expected<Together, Problem> begin(storage::Database& database);
  [[nodiscard]] Did commit();

 private:
  explicit Together(std::optional<storage::Transaction> transaction) : transaction_(std::move(transaction)) {}
  std::optional<storage::Transaction> transaction_;
};

}  // namespace rows
}  // namespace sandyk::desk
