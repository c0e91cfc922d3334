#include "reporter/delivery.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <map>
#include <optional>
#include <thread>

#include "crypto/seal/json.h"
#include "report/text.h"
#include "reporter/parted_delivery.h"
#include "reporter/puzzle_answering.h"

namespace sandyk::reporter {
namespace {

using transport::Response;
using transport::TransportFault;
using Answer = tl::expected<Response, TransportFault>;
using Lines = std::vector<std::string>;
using RequestWith = std::function<Answer(const Lines&)>;

constexpr std::size_t max_answer = 64 * 1024;
constexpr std::size_t max_say = 300;
constexpr unsigned most_puzzles = 3;  // the effort may rise while we solve

/// What to do after an answer that did not come, or did not help.
enum class Verdict { final, again, never_there };

Verdict judge(const Answer& answer) {
  if (answer) {
    const bool is_passing = answer->status == 408 || answer->status == 429 || answer->status >= 500;
    return is_passing ? Verdict::again : Verdict::final;
  }
  switch (answer.error()) {
    case TransportFault::unreachable:
    case TransportFault::proxy:
    case TransportFault::timeout:
    case TransportFault::cut_off:
    case TransportFault::tls:  // a connection that is cut in the handshake looks like this too
      return Verdict::again;
    case TransportFault::bad_settings:
    case TransportFault::certificate:
    case TransportFault::pin:
    case TransportFault::redirected:
    case TransportFault::too_large:
    case TransportFault::protocol:
      return Verdict::never_there;
  }
  std::abort();
}

crypto::ExitCode code_of(TransportFault fault) {
  if (fault == TransportFault::certificate || fault == TransportFault::pin) return crypto::exit_unverified;
  if (fault == TransportFault::bad_settings) return crypto::exit_usage;
  return crypto::exit_not_done;
}

Failure failure_of(const Answer& answer) {
  if (!answer)
    return {code_of(answer.error()), fmt::format("The server: {}.", transport::sentence(answer.error()))};
  const std::string say = say_of(answer->body);
  return {crypto::exit_not_done, say.empty()
                                     ? fmt::format("The server answered with status {}.", answer->status)
                                     : fmt::format("The server says: {}", say)};
}

std::chrono::milliseconds wait_after(unsigned round, const Patience& patience,
                                     std::optional<std::chrono::seconds> retry_after) {
  auto most = patience.first_wait;
  for (unsigned i = 0; i < round && most < patience.longest_wait; ++i) most *= 2;
  most = std::min(most, patience.longest_wait);
  const auto half = static_cast<std::uint32_t>(most.count() / 2);
  std::chrono::milliseconds wait(half + randombytes_uniform(half + 1));
  if (retry_after) wait = std::max<std::chrono::milliseconds>(wait, *retry_after);
  return std::min(wait, patience.longest_wait);
}

}  // namespace

tl::expected<Response, Failure> ask(std::vector<transport::Address> nodes, const Request& request,
                                    const Patience& patience, const Notice& notice) {
  std::optional<Failure> last;
  for (unsigned round = 0; round < patience.tries && !nodes.empty(); ++round) {
    std::optional<std::chrono::seconds> retry_after;
    for (std::size_t i = 0; i < nodes.size();) {
      Answer answer = request(nodes[i]);
      const Verdict verdict = judge(answer);
      if (verdict == Verdict::final) return std::move(*answer);
      if (answer) retry_after = answer->retry_after;
      if (!last || i == 0) last = failure_of(answer);  // what the node that was named did says most
      if (verdict == Verdict::never_there)
        nodes.erase(nodes.begin() + static_cast<std::ptrdiff_t>(i));
      else
        ++i;
    }
    if (nodes.empty() || round + 1 == patience.tries) break;
    const auto wait = wait_after(round, patience, retry_after);
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    notice(fmt::format("{} Trying again in {} s ({} of {}).", last->say, seconds, round + 2, patience.tries));
    std::this_thread::sleep_for(wait);
  }
  return tl::unexpected(last.value_or(Failure{crypto::exit_usage, "There is no server to ask."}));
}

Outcome deliver(transport::Client& client, const std::vector<transport::Address>& nodes, const Sealed& sealed,
                const Patience& patience, const transport::Progress& progress, const Notice& notice,
                const std::function<void(unsigned)>& solving) {
  const std::string path = "/reports/" + sealed.id.hex();
  const std::vector<std::string> headers = {"Content-Type: application/octet-stream",
                                            "Sandyk-Week: " + sealed.week.text()};
  std::map<std::string, std::string> solutions;  // by node: a line that is cut does not spoil one
  const auto with_work = [&](const transport::Address& node, const RequestWith& request) {
    const auto once = [&] {
      const auto found = solutions.find(node.url(""));
      return request(found == solutions.end() ? Lines() : Lines{found->second});
    };
    Answer answer = once();
    for (unsigned i = 0; i < most_puzzles && answer && asks_for_work(*answer); ++i) {
      solutions.erase(node.url(""));
      const auto solution = solve_for(client, node, sealed.id, solving);
      if (!solution) break;  // an older server; it is asked again after a wait
      if (!solution->empty()) solutions.emplace(node.url(""), *solution);
      answer = once();
    }
    return answer;
  };
  const auto put = [&](const transport::Address& node) {
    return with_work(node, [&](const Lines& more) {
      auto with_more = headers;
      with_more.insert(with_more.end(), more.begin(), more.end());
      return client.put(node, path, sealed.bytes, with_more, progress);
    });
  };
  PartedDelivery in_parts(client, sealed, progress, with_work, put);
  const auto advance = [&](const transport::Address& node) { return in_parts.advance(node); };
  const auto answer =
      goes_in_parts(sealed) ? ask(nodes, advance, patience, notice) : ask(nodes, put, patience, notice);
  if (!answer) return tl::unexpected(answer.error());
  if (answer->status != 201) return tl::unexpected(failure_of(*answer));
  return {};
}

std::string say_of(crypto::ByteView answer) {
  const auto json = crypto::parse_json(answer, max_answer);
  const auto say = json ? crypto::text_member(*json, "say") : std::nullopt;
  if (!say || report::count_code_points(*say) > max_say) return {};
  std::string line = report::harmless(*say);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

}  // namespace sandyk::reporter
