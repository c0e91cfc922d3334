#include "desk/case_opening.h"

#include <algorithm>

namespace sandyk::desk {
namespace {

constexpr std::size_t least_digits = 6;

bool is_beginning_of_id(const std::string& word) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return word.size() >= least_digits && word.size() <= 2 * crypto::ReportId::size &&
         std::ranges::all_of(word, is_digit);
}

}  // namespace

void add_case_common(CLI::App* command, CaseCommon& common) {
  add_common(command, common);
  command->add_option("--case-passphrase-file", common.case_passphrase.file,
                      "The case file's passphrase, where it is not that of the keys");
}

tl::expected<CaseFile, Problem> open_case(const std::string& home, const PassphraseSource& source) {
  const auto passphrase = ask_passphrase(source, "the case file");
  if (!passphrase) return tl::unexpected(passphrase.error());
  return CaseFile::open(Home(home), *passphrase);
}

tl::expected<CaseFile, Problem> open_case(const CaseCommon& common) {
  return open_case(common.home,
                   common.case_passphrase.file.empty() ? common.passphrases : common.case_passphrase);
}

tl::expected<std::int64_t, Problem> find_report(CaseFile& file, const std::string& id) {
  if (!is_beginning_of_id(id))
    return problem("A report is named by its id, or by the first six digits of it or more.",
                   crypto::exit_usage);
  auto select = file.database().prepare(
      "SELECT n FROM reports WHERE state = 'here' AND lower(hex(id)) LIKE ? ORDER BY n LIMIT 2");
  if (!select) return problem(std::string(say(select.error())));
  const std::string pattern = id + "%";
  select->bind(1, std::string_view(pattern));
  auto row = select->step();
  if (!row) return problem(std::string(say(row.error())));
  const auto n = *row ? select->integer(0) : std::nullopt;
  if (!n) return problem("No report in the case file has this id.", crypto::exit_usage);
  row = select->step();
  if (!row) return problem(std::string(say(row.error())));
  if (*row) return problem("More than one report's id begins so: type more of it.", crypto::exit_usage);
  return *n;
}

}  // namespace sandyk::desk
