#include "node_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "harvester/core/text.hpp"

namespace harvester::serve {
namespace {

// A-ASSOCIATE-RJ: source and reason (PS3.8 9.3.4), as errors of dicom::ScuAssociation::open() carry them.
constexpr int kCallingUnknown = 0x0103;
constexpr int kCalledUnknown = 0x0107;
constexpr int kCongestion = 0x0301;
constexpr int kLocalLimit = 0x0302;

StepReport failed(std::string step, std::string text, std::string advice, bool node_refuses) {
  return {std::move(step), StepState::failed, std::move(text), std::move(advice), node_refuses};
}

double seconds(std::chrono::milliseconds time) { return static_cast<double>(time.count()) / 1000; }

}  // namespace

const char* to_string(StepState state) {
  switch (state) {
    case StepState::ok:
      return "ok";
    case StepState::note:
      return "note";
    case StepState::failed:
      return "failed";
    case StepState::skipped:
      break;
  }
  return "skipped";
}

int exit_code(const std::vector<StepReport>& steps) {
  int code = 0;
  for (const auto& step : steps) {
    if (step.state != StepState::failed) continue;
    if (step.node_refuses) return 4;
    code = 3;
  }
  return code;
}

StepReport told_name(const NameAnswer& answer) {
  if (answer.addresses)
    return {"name", StepState::ok, fmt::format("{} is {}", answer.host, join(*answer.addresses, ", "))};
  const bool unknown = answer.addresses.error().kind == ErrorKind::not_found;
  return failed("name", fmt::format("{} could not be found: {}", answer.host, answer.addresses.error().message),
                unknown ? "check the spelling of remote.host in the profile; `getent hosts NAME` asks as we do"
                        : "the name server does not answer: try again, or put the numeric address into remote.host",
                true);
}

namespace {

std::string advice_for(dicom::Reach reach, int port) {
  switch (reach) {
    case dicom::Reach::closed:
      return fmt::format(
          "the machine answers, but nothing listens on port {}: check remote.port, and whether the node"
          " is running",
          port);
    case dicom::Reach::silent:
      return "a firewall in between drops the packets, or the machine is down: ask for a rule from this machine to the"
             " node's port; check remote.host";
    case dicom::Reach::unreachable:
      return "no route leads there: check the network, a VPN, and remote.host";
    default:
      return "this machine could not open a connection: see its network settings";
  }
}

const char* words_for(dicom::Reach reach) {
  switch (reach) {
    case dicom::Reach::open:
      return "open";
    case dicom::Reach::closed:
      return "refused";
    case dicom::Reach::silent:
      return "no answer";
    case dicom::Reach::unreachable:
      return "unreachable";
    case dicom::Reach::failed:
      break;
  }
  return "failed";
}

}  // namespace

StepReport told_connection(int port, const Reached& reached, std::chrono::milliseconds limit) {
  const auto open =
      std::find_if(reached.begin(), reached.end(), [](const auto& each) { return each.second == dicom::Reach::open; });
  if (open != reached.end()) return {"connection", StepState::ok, fmt::format("{} port {} is open", open->first, port)};
  std::vector<std::string> attempts;
  for (const auto& [address, reach] : reached) attempts.push_back(fmt::format("{}: {}", address, words_for(reach)));
  const auto first = reached.empty() ? dicom::Reach::failed : reached.front().second;
  auto text = fmt::format("no connection to port {} ({})", port, join(attempts, ", "));
  if (first == dicom::Reach::silent) text += fmt::format(" within {:.0f} s", seconds(limit));
  return failed("connection", std::move(text), advice_for(first, port), true);
}

namespace {

const char* name_of(dicom::Model model) { return model == dicom::Model::study_root ? "Study Root" : "Patient Root"; }

/// The port was open, and still no association came about, nor a refusal in DICOM's own words.
StepReport told_silence(const Opening& opening) {
  if (opening.took * 10 >= opening.limit * 9)
    return failed(opening.step,
                  fmt::format("the port is open, but nothing answered the association request within {:.0f} s",
                              seconds(opening.limit)),
                  "another service than DICOM may listen there, it may expect TLS (remote.tls), or a firewall lets the"
                  " connection through and swallows what follows",
                  true);
  return failed(opening.step, "the connection was closed without an answer to the association request",
                fmt::format("some nodes hang up on callers they do not know: ask whether \"{}\" and this machine's"
                            " address are entered there; or it is no DICOM service, or expects TLS (remote.tls)",
                            opening.peer.calling.str()),
                true);
}

StepReport told_refusal(const Opening& opening, const Error& error) {
  const auto calling = opening.peer.calling.str();
  switch (error.code) {
    case ETIMEDOUT:
      return told_silence(opening);
    case kCalledUnknown:
      return failed(opening.step,
                    fmt::format("refused: the node does not call itself \"{}\"", opening.peer.called.str()),
                    "check remote.ae_title: it is written as the node writes it, capitals count", true);
    case kCallingUnknown:
      return failed(opening.step, fmt::format("refused: the node does not know our AE title \"{}\"", calling),
                    fmt::format("ask its administrator to add \"{}\" with this machine's address, or set"
                                " local.calling_ae to a title that it knows",
                                calling),
                    true);
    case kCongestion:
    case kLocalLimit:
      return failed(opening.step, "refused for now: too many associations are open at the node, or it is busy",
                    "try again; if it stays so, set pacing.associations to 1 and ask how many it allows us", true);
    default:
      return failed(opening.step, error.message, "see the node's log for its reason", true);
  }
}

}  // namespace

StepReport told_opening(const Opening& opening) {
  if (opening.error) return told_refusal(opening, *opening.error);
  const auto calling = opening.peer.calling.str();
  if (opening.service_accepted)
    return {opening.step, StepState::ok,
            fmt::format("accepted from \"{}\" with {} ({})", calling, opening.service, name_of(opening.model))};
  auto text = fmt::format("no presentation context: the node does not offer {} ({}) to \"{}\"", opening.service,
                          name_of(opening.model), calling);
  if (!opening.other_model_accepted)
    return failed(opening.step, std::move(text),
                  "ask its administrator to allow the service for our AE title; some nodes offer it on another port or"
                  " under another AE title",
                  true);
  const bool study = opening.model == dicom::Model::study_root;
  return failed(opening.step, std::move(text),
                fmt::format("it does in the other model: set query.model to {}", study ? "patient_root" : "study_root"),
                true);
}

StepReport told_echo(const Result<dicom::DimseStatus>& answer) {
  if (answer && answer->success()) return {"echo", StepState::ok, "C-ECHO is answered"};
  auto why = answer ? "status " + dicom::to_string(*answer) : answer.error().message;
  return {"echo", StepState::note, "C-ECHO is not answered: " + std::move(why),
          "harvests do without it; `harvester echo` and monitoring by C-ECHO will not work with this node"};
}

StepReport told_failed_query(const std::string& step, const Error& error) {
  return failed(step, error.message,
                "see the node's log for its reason; `harvester node probe` finds out what it takes",
                error.kind == ErrorKind::refused);
}

StepReport told_failed_query(const std::string& step, dicom::DimseStatus status) {
  const bool refuses = dicom::find_next(status) == dicom::FindNext::stop_and_tell;
  return failed(
      step, dicom::explain_find(status),
      refuses ? "`harvester node probe` finds out which kind of query it takes" : "see the node's log for its reason",
      refuses);
}

namespace {

std::string counts_in_words(const MoveCounts& counts) {
  std::vector<std::string> parts;
  const auto add = [&](const char* name, const std::optional<int>& count) {
    if (count) parts.push_back(fmt::format("{} {}", name, *count));
  };
  add("completed", counts.completed);
  add("failed", counts.failed);
  add("warning", counts.warning);
  return parts.empty() ? "" : " (" + join(parts, ", ") + ")";
}

/// What to do about a status; where our own store turned the node away, that is the cause (quirk Q30).
std::string advice_for(const RoundTrip& trip, dicom::DimseStatus status) {
  if (trip.refused_associations > 0)
    return fmt::format("our own store turned the node away ({}): see accept: in the site file", trip.store_error);
  if (trip.refused_objects > 0) return fmt::format("our own store did not take the object: {}", trip.store_error);
  if (status.code == 0xA801)
    return fmt::format("give its administrator three things: AE title \"{}\", this machine's address, port {}",
                       trip.destination, trip.store_port);
  if (status.code == 0xA702)
    return fmt::format(
        "let the node's machine reach this one on port {} (both firewalls), and have its entry for"
        " \"{}\" checked: address and port",
        trip.store_port, trip.destination);
  if (status.success()) return "the study may be offline, or the node overloaded: try again later";
  return "see the node's log for its reason";
}

StepReport told_answer(const RoundTrip& trip) {
  const auto* verb = trip.by_get ? "C-GET" : "C-MOVE";
  if (trip.error)
    return failed("retrieve", fmt::format("{}: {}", verb, trip.error->message), "see the node's log for its reason",
                  trip.error->kind == ErrorKind::refused);
  const auto status = trip.status.value_or(dicom::DimseStatus{});
  const auto next = dicom::move_next(status, trip.counts, true);
  const auto counts = counts_in_words(trip.counts);
  const bool well = next == dicom::MoveNext::settle || (status.success() && trip.arrived > 0);
  if (well)
    return {"retrieve", StepState::ok, fmt::format("{} ended with {}{}", verb, dicom::to_string(status), counts)};
  if (trip.arrived > 0)
    return {"retrieve", StepState::note,
            fmt::format("{} ended with {}{}, although the object came", verb, dicom::to_string(status), counts),
            "harvests go by what arrives, not by what the node says"};
  if (status.success() && trip.counts.failed.value_or(0) == 0)
    return failed("retrieve", fmt::format("{} ended with success and sent nothing{}", verb, counts),
                  advice_for(trip, status), false);
  const auto text = status.success() ? fmt::format("{} ended with success, but its object failed{}", verb, counts)
                                     : dicom::explain_move(status, trip.destination) + counts;
  return failed("retrieve", text, advice_for(trip, status), next == dicom::MoveNext::stop_and_tell);
}

std::string became_of(IntakeReason reason) {
  if (reason == IntakeReason::none) return "a harvest was waiting for it, so it is imported";
  return fmt::format("recorded as ignored({}), not imported", to_string(reason));
}

StepReport told_absence(const RoundTrip& trip) {
  const auto waited = seconds(trip.waited);
  if (trip.by_get)
    return failed("arrival", fmt::format("nothing came over our association within {:.0f} s", waited),
                  "the node may not take the roles that C-GET needs: set retrieve.method to c_move", false);
  if (trip.refused_associations > 0)
    return failed("arrival", "the node called our store and was turned away: " + trip.store_error,
                  "see accept: in the site file", false);
  if (trip.refused_objects > 0)
    return failed("arrival", "our store did not take the object: " + trip.store_error, "see the log for details",
                  false);
  if (trip.associations > 0)
    return failed("arrival", "the node opened an association to our store and sent nothing",
                  "the object may be gone or damaged there: see the node's log", false);
  return failed("arrival",
                fmt::format("the node says that it sent the object, but nobody called our store on port {} within"
                            " {:.0f} s",
                            trip.store_port, waited),
                fmt::format("have its entry for \"{}\" checked: it has to hold this machine's address and port {}; and"
                            " let the node through the firewall",
                            trip.destination, trip.store_port),
                false);
}

}  // namespace

std::vector<StepReport> told_round_trip(const RoundTrip& trip) {
  auto answer = told_answer(trip);
  if (trip.arrived > 0)
    return {std::move(answer),
            {"arrival", StepState::ok,
             fmt::format("{} came to {}: {}", trip.arrived == 1 ? "1 object" : fmt::format("{} objects", trip.arrived),
                         trip.by_get ? "us" : "our store", became_of(trip.reason))}};
  if (answer.state == StepState::failed) return {std::move(answer), {"arrival", StepState::skipped, "nothing came"}};
  return {std::move(answer), told_absence(trip)};
}

}  // namespace harvester::serve
