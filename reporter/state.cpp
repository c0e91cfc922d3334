#include "reporter/state.h"

#include <fmt/format.h>

#include "crypto/seal/age/format.h"
#include "crypto/seal/file.h"
#include "crypto/seal/size_class.h"
#include "report/file_name.h"

namespace sandyk::reporter {
namespace {

constexpr std::string_view first_words = "sandyk-state/1 ";

tl::expected<crypto::Bytes, Failure> read_bytes(const std::filesystem::path& file, std::size_t max_size) {
  auto bytes = crypto::read_file(file, max_size);
  if (!bytes)
    return failure(crypto::exit_usage,
                   fmt::format("The sealed file cannot be read: {}.", crypto::sentence(bytes.error())));
  return std::move(*bytes);
}

bool is_age_file(crypto::ByteView bytes) {
  return crypto::text_of(bytes).starts_with(crypto::age::version_line);
}

}  // namespace

std::size_t max_sealed_size() {
  return crypto::sealed_length(crypto::size_classes.back(), crypto::age::max_recipients);
}

Outcome keep(const std::filesystem::path& file, const Sealed& sealed) {
  const std::string line = fmt::format("{}{}\n", first_words, sealed.week.text());
  auto output = crypto::NewFile::create(file);
  tl::expected<void, crypto::IoFault> done;
  if (output) {
    done = output->write(crypto::bytes_of(line));
    if (done) done = output->write(sealed.bytes);
    if (done) done = output->commit(crypto::NewFile::Replace::no);
  } else {
    done = tl::unexpected(output.error());
  }
  if (!done)
    return failure(crypto::exit_not_done,
                   fmt::format("The state file cannot be written: {}. Nothing was sent.",
                               crypto::sentence(done.error())));
  return {};
}

tl::expected<Sealed, Failure> read_kept(const std::filesystem::path& file) {
  auto bytes = read_bytes(file, max_sealed_size() + 64);
  if (!bytes) return tl::unexpected(bytes.error());
  crypto::Reader reader(*bytes);
  const auto line = reader.take_line();
  const auto week = line && line->starts_with(first_words)
                        ? crypto::Week::parse(line->substr(first_words.size()))
                        : std::nullopt;
  if (!week || !is_age_file(reader.left()))
    return failure(crypto::exit_usage,
                   "The state file is there, but is not one of this program. It was left alone.");
  return Sealed::from(crypto::Bytes(reader.left().begin(), reader.left().end()), *week);
}

tl::expected<Sealed, Failure> read_sealed(const std::filesystem::path& file, const std::string& week_text) {
  const auto week = week_text.empty() ? report::week_of_file_name(file.filename().string())
                                      : crypto::Week::parse(week_text);
  if (!week)
    return failure(
        crypto::exit_usage,
        week_text.empty()
            ? "The file's name does not say its week (report-2026-W48-….age). Say it with --week 2026-W48."
            : "The week is not one: it is written like 2026-W48.");
  auto bytes = read_bytes(file, max_sealed_size());
  if (!bytes) return tl::unexpected(bytes.error());
  if (!is_age_file(*bytes))
    return failure(crypto::exit_usage,
                   "The file is not a sealed report (a binary age file). Nothing was sent.");
  return Sealed::from(std::move(*bytes), *week);
}

}  // namespace sandyk::reporter
