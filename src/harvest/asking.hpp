#pragma once

#include "stages.hpp"

namespace harvester::harvest {

/// One thread's line of questions to the node: what asking windows and asking about studies share.
struct Asking {
  Asking(const Run& of, Work& shared, std::stop_token when)
      : run(of),
        work(shared),
        stop(std::move(when)),
        session(of.setup.find_peer, of.setup.options, {query::service(of.setup.style)}, of.setup.limits, of.pacer) {}

  /// Storage failures, what the profile has wrong and a node that refuses us end the pass at once: every further
  /// question would fare the same. The rest counts for the circuit breaker.
  void report(const Error& error) {
    if (error.kind == ErrorKind::cancelled) return;
    work.failed(error, error.kind != ErrorKind::transient && error.kind != ErrorKind::bad_data);
  }

  const Run& run;
  Work& work;
  std::stop_token stop;
  dicom::Session session;
  std::optional<database::Connection> reader{};  ///< opened when it is needed
  bool relational = run.setup.style.relational;  ///< until the node turns out not to answer such queries
};

/// Asks a window and ends it in the ledger: verified, split, or open for the next pass.
void ask_window(Asking& asking, const database::ledger::StoredWindow& window);

/// Asks about a study as far as the decision needs it, decides, and writes the decision.
void decide_study(Asking& asking, const database::ledger::StoredStudy& study);

}  // namespace harvester::harvest
