#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "harvester/simulation/generator.hpp"
#include "peers.hpp"

/// The PACS that are harvested: simulated, and Orthanc, both with the same studies, at once or behind a slow line.
namespace harvester::bench {

/// What a PACS holds.
struct Filling {
  int studies = 200;
  int days = 10;
  [[nodiscard]] simulation::CtArchiveOptions archive() const;
  [[nodiscard]] CivilDate first() const { return archive().first_day; }
  [[nodiscard]] CivilDate last() const { return plus_days(first(), days - 1); }
};

/// Where the takers of moves listen, by AE title.
using Takers = std::map<std::string, int>;

/// How far away the PACS is, and how it is.
struct Place {
  std::chrono::milliseconds round_trip{0};
  bool at_its_best = true;  ///< Orthanc with TCP_NODELAY=1; else as it comes, Nagle on
};

/// A PACS that is asked, or moves to the takers. What goes between them takes the time of the round trip.
class Node {
 public:
  virtual ~Node() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual std::string ae_title() const = 0;
  [[nodiscard]] virtual int port() const = 0;
  /// Requests and associations so far; 0: it does not tell.
  [[nodiscard]] virtual int round_trips() const { return 0; }
  /// False: its answers have character sets that an Orthanc refuses.
  [[nodiscard]] virtual bool answers_everybody() const { return true; }
};

[[nodiscard]] std::unique_ptr<Node> make_simulated(const Takers& takers, const Filling& filling, const Place& place);
[[nodiscard]] std::unique_ptr<Node> make_orthanc(const Takers& takers, const Filling& filling, const Place& place);

}  // namespace harvester::bench
