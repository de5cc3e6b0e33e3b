#include <algorithm>
#include <array>
#include <future>
#include <thread>

#include "harvester/dicom/conformance.hpp"
#include "store_site.hpp"
#include "support/arrivals.hpp"
#include "support/faulty_files.hpp"

using namespace harvester;
using namespace harvester::tests;
using namespace std::chrono_literals;

namespace {

const pdu::Bytes kLimitExceeded{3, 0, 0, 0, 0, 4, 0, 2, 3, 2};

StoreClient::Offer offer(const std::string& sop_class, const std::string& syntax = pdu::kExplicit) {
  StoreClient::Offer made;
  made.sop_class = sop_class;
  made.transfer_syntax = syntax;
  return made;
}

bool refuses_connections(int port) {
  try {
    RawClient probe(port);
    return false;
  } catch (const std::runtime_error&) {
    return true;
  }
}

}  // namespace

TEST_CASE("every transfer syntax is kept byte for byte, known to us or not", "[net]") {
  ObjectPlan plan;
  struct Case {
    std::string syntax, bytes;
  };
  auto implicit = plan;
  implicit.layout = dicom::Layout::implicit_little;
  auto big = plan;
  big.layout = dicom::Layout::explicit_big;
  const std::string jpeg("\xFF\xD8\xFF\xE0 some scan \xFF\xD9");
  const auto one = GENERATE_COPY(values<Case>({{kImplicitLittle, object(implicit)},
                                               {kExplicitLittle, object(plan)},
                                               {kExplicitBig, object(big)},
                                               {kGePrivate, object(implicit)},
                                               {kDeflated, "\x4b\x4c\x4a\x06 deflated, unread"},
                                               {"1.2.840.10008.1.2.4.50", encapsulated_object(plan, jpeg)},
                                               {"1.2.840.10008.1.2.4.70", encapsulated_object(plan, jpeg)},
                                               {"1.2.840.10008.1.2.4.90", encapsulated_object(plan, jpeg)},
                                               {"1.2.840.10008.1.2.4.202", encapsulated_object(plan, jpeg)},
                                               {"1.2.840.10008.1.2.5", encapsulated_object(plan, "\1\0\0\0 rle")},
                                               {"2.999.7.7", object(plan)}}));
  StoreSite site;
  StoreClient client(site.port(), offer(plan.sop_class, one.syntax));
  REQUIRE(client.accepted());
  REQUIRE(client.store(plan.sop_class, plan.instance, one.bytes) == 0);
  const auto row = site.rows().at(0);
  CHECK(row.syntax == one.syntax);
  CHECK(row.sha256 == sha256_of(one.bytes));
  CHECK(site.data_set_of(row.spool_path) == one.bytes);
}

TEST_CASE("each transfer syntax of the conformance statement is accepted, kept and answered", "[net]") {
  StoreSite site;
  int n = 0;
  for (const auto& syntax : dicom::accepted_transfer_syntaxes()) {
    INFO(syntax.name << " " << syntax.uid);
    ObjectPlan plan;
    plan.instance = "2.999.6." + std::to_string(++n);
    const auto layout = dicom::layout_of(syntax.uid);
    if (layout != dicom::Layout::deflated) plan.layout = layout;
    StoreClient client(site.port(), offer(plan.sop_class, syntax.uid));
    CHECK(client.accepted());
    CHECK(client.store(plan.sop_class, plan.instance, object(plan)) == 0);
    CHECK(client.release());
  }
  CHECK(site.rows().size() == static_cast<std::size_t>(n));
}

TEST_CASE("an object of a private or unknown SOP class is taken like any other", "[net]") {
  ObjectPlan plan;
  plan.sop_class = GENERATE(as<std::string>{}, "1.2.840.113619.4.26", "2.999.5", "1.2.840.10008.5.1.4.1.1.9999");
  StoreSite site;
  StoreClient client(site.port(), offer(plan.sop_class));
  REQUIRE(client.accepted());
  CHECK(client.store(plan) == 0);
  CHECK(site.rows().at(0).sop_class == plan.sop_class);
}

TEST_CASE("an answer leaves in one packet, so that the peer wakes up once", "[net]") {
  StoreSite site;
  StoreClient client(site.port());
  for (int n = 0; n < 20; ++n) {
    const auto read = client.first_read_of_echo();
    REQUIRE(read.size() > 6);
    CHECK(read.size() == 6u + read[5]);
  }
}

TEST_CASE("when success is answered the row can be read by another and the file lies in its place", "[net]") {
  StoreSite site;
  StoreClient client(site.port());
  ObjectPlan plan;
  for (int n = 0; n < 10; ++n) {
    plan.instance = "2.999.1.1." + std::to_string(n + 1);
    REQUIRE(client.store(plan) == 0);
    const auto rows = site.rows();
    REQUIRE(rows.size() == static_cast<std::size_t>(n + 1));
    CHECK(rows.back().state == "received");
    CHECK(site.data_set_of(rows.back().spool_path) == object(plan));
  }
  CHECK(site.files("incoming").empty());
  CHECK(site.store().status().objects == 10);
  CHECK(site.store().status().bytes == 10 * object(plan).size());
}

TEST_CASE("a row tells where its object came from, and how its association ended", "[net]") {
  receive::StoreOptions options;
  options.role = GENERATE(receive::StoreRole::harvest, receive::StoreRole::native);
  StoreSite site(options);
  {
    StoreClient client(site.port());
    REQUIRE(client.store({}) == 0);
    REQUIRE(client.release());
  }
  REQUIRE(site.is_quiet());
  const auto row = site.rows().at(0);
  CHECK(row.calling == "TESTER");
  CHECK(row.way_in == (options.role == receive::StoreRole::harvest ? "harvest" : "native"));
  CHECK(site.value("SELECT outcome || objects || store FROM association") == "released1harvest");
  CHECK(site.value("SELECT association_id FROM received_object") == site.value("SELECT id FROM association"));
}

TEST_CASE("the end of an association is told as it was: aborted, cut short, idle, stopped", "[net]") {
  receive::StoreOptions options;
  options.idle_timeout = 200ms;
  const auto how = GENERATE(as<std::string>{}, "aborted", "idle", "stopped");
  if (how == "stopped") options.idle_timeout = 60s;
  StoreSite site(options);
  StoreClient client(site.port());
  REQUIRE(client.echo());
  if (how == "aborted") client.raw().send(pdu::abort());
  if (how == "stopped") site.store().stop();
  CHECK(client.raw().closed_within(30s));
  client.raw().close();
  REQUIRE(site.is_quiet());
  CHECK(site.value("SELECT outcome FROM association") == how);
}

TEST_CASE("on a full disk objects are refused with A700H, C-ECHO is answered, and it goes on when there is room",
          "[net]") {
  FaultyFiles files;
  StoreSite site({}, std::uint64_t{1} << 62, files);
  StoreClient client(site.port());
  CHECK(client.store({}) == 0xA700);
  CHECK(client.echo());
  CHECK(client.store({}) == 0xA700);
  CHECK(site.answers());
  CHECK(site.holds_nothing());
  CHECK(site.store().status().objects_refused.at("A700H") == 2);
  CHECK(site.store().status().objects == 0);
}

TEST_CASE("any one call to the disk that fails is answered A700H, and the same object sent again is stored", "[net]") {
  const auto call = GENERATE(DiskCall::create, DiskCall::write, DiskCall::sync, DiskCall::close, DiskCall::rename,
                             DiskCall::sync_folder);
  FaultyFiles files;
  StoreSite site({}, 0, files);
  StoreClient client(site.port());
  ObjectPlan plan;
  plan.pixels = 400'000;
  bool fired = true;
  for (int nth = 1; fired; ++nth) {
    plan.instance = "2.999.1.2." + std::to_string(nth);
    const auto rows_before = site.rows().size();
    files.fail(call, nth, GENERATE(ENOSPC, EIO));
    const auto status = client.store(plan);
    fired = files.fired();
    files.heal();
    CHECK(status == (fired ? 0xA700 : 0));
    if (fired) CHECK(site.rows().size() == rows_before);
    CHECK(site.files().size() == site.rows().size());
    if (fired) REQUIRE(client.store(plan) == 0);
  }
}

TEST_CASE("an object above the ceiling is answered A700H and the association goes on", "[net]") {
  StoreSite site;  // its spool has no ceiling; a second store has
  site.set_max_object(10'000);
  const auto small = site.try_open();
  REQUIRE(small);
  receive::StoreOptions options;
  options.bind = "127.0.0.1";
  options.port = 0;
  const auto store = receive::Store::open(options, **small, site.writer(), site.clock);
  REQUIRE(store);
  StoreClient client((*store)->port());
  ObjectPlan plan;
  plan.pixels = 5'000'000;
  CHECK(client.store(plan) == 0xA700);
  CHECK(client.store({}) == 0);
  CHECK(site.files().size() == 1);
}

TEST_CASE("identifiers that are missing, odd or not those of the command are refused with A900H", "[net]") {
  const std::string traversal = "../../../../tmp/owned";
  const std::string endless(1000, '1');
  ObjectPlan command;
  ObjectPlan inside;
  SECTION("another instance inside") { inside.instance = "2.999.9.9"; }
  SECTION("another class inside") { inside.sop_class = "1.2.840.10008.5.1.4.1.1.2"; }
  SECTION("no instance inside") { inside.instance = ""; }
  SECTION("no class inside") { inside.sop_class = ""; }
  SECTION("no study") { inside.study = ""; }
  SECTION("a study that is a path") { inside.study = traversal; }
  SECTION("an endless study") { inside.study = endless; }
  SECTION("a study with a line break") { inside.study = "1.2\n3"; }
  SECTION("a study that ends before it ends") { inside.study = std::string("1.2\0.3", 6); }
  SECTION("a series that is a path") { inside.series = traversal; }
  SECTION("an endless series") { inside.series = endless; }
  SECTION("a path as instance, in both") { command.instance = inside.instance = traversal; }
  SECTION("an endless instance, in both") { command.instance = inside.instance = endless; }
  SECTION("64000 characters as instance, in both") { command.instance = inside.instance = std::string(64'000, '1'); }
  SECTION("SQL as instance, in both") { command.instance = inside.instance = "1'; DROP TABLE received_object; --"; }
  SECTION("a shell's words as instance, in both") { command.instance = inside.instance = "$(touch /tmp/owned)"; }
  SECTION("no instance in the command") { command.instance = ""; }
  StoreSite site;
  StoreClient client(site.port());
  CHECK(client.store(command.sop_class, command.instance, object(inside)) == 0xA900);
  CHECK(site.holds_nothing());
  CHECK(client.echo());
  CHECK(client.store({}) == 0);
}

TEST_CASE("a series that is not named at all is no reason to lose an object", "[net]") {
  ObjectPlan plan;
  plan.series = "";
  StoreSite site;
  StoreClient client(site.port());
  CHECK(client.store(plan) == 0);
}

TEST_CASE("nothing of what stands in a data set or a request gets into a file's name or an answer", "[net]") {
  StoreSite site;
  StoreClient::Offer odd;
  odd.calling = "../../owned";
  StoreClient client(site.port(), odd);
  REQUIRE(client.accepted());
  REQUIRE(client.store({}) == 0);
  const auto names = site.files();
  REQUIRE(names.size() == 1);
  for (const auto* part : {"2.999", "Marker", "owned", "TESTER"}) CHECK(names[0].find(part) == std::string::npos);
  auto unnamed = ObjectPlan{};
  unnamed.study = "";
  client.send_command(unnamed.sop_class, unnamed.instance);
  client.send_data(object(unnamed));
  const auto answer = client.raw().receive_pdu();
  CHECK(pdu::status_of(answer) == 0xA900);
  CHECK(std::string(answer.begin(), answer.end()).find("Marker") == std::string::npos);
}

TEST_CASE("a data set that is cut, empty or rubbish is answered C000H and nothing of it stays", "[net]") {
  const ObjectPlan plan;
  const auto whole = object(plan);
  auto open_sequence = object_header(plan);
  open_sequence.head(0x0040A730, "SQ", kUndefinedLength).head(0xFFFEE000, "", kUndefinedLength);
  auto implicit = plan;
  implicit.layout = dicom::Layout::implicit_little;
  auto huge = object_header(plan);
  huge.head(kPixelData, "OW", 0xFFFFFFF0);
  const auto bytes = GENERATE_COPY(
      values<std::string>({whole.substr(0, whole.size() - 1), whole.substr(0, 100), "", "rubbish and more rubbish",
                           std::string(50'000, '\xFF'), open_sequence.bytes(), object(implicit), huge.bytes(),
                           nested_object(plan, 65), nested_object(plan, 12'000)}));
  StoreSite site;
  StoreClient client(site.port());
  CHECK(client.store(plan.sop_class, plan.instance, bytes) == 0xC000);
  CHECK(site.holds_nothing());
  CHECK(client.store(plan) == 0);
}

TEST_CASE("the same instance again is a success, and other bytes under its UID are kept beside it", "[net]") {
  StoreSite site;
  StoreClient client(site.port());
  ObjectPlan changed;
  changed.pixel = 'y';
  CHECK(client.store({}) == 0);
  CHECK(client.store({}) == 0);
  CHECK(client.store(changed) == 0);
  const auto rows = site.rows();
  REQUIRE(rows.size() == 3);
  CHECK(rows[1].reason == "duplicate");
  CHECK(rows[2].reason == "duplicate_changed");
  CHECK(site.data_set_of(rows[0].spool_path) == object());
}

TEST_CASE("the same instance from several peers at once is to be imported once", "[net]") {
  StoreSite site;
  std::vector<std::future<std::uint16_t>> senders;
  for (int n = 0; n < 8; ++n)
    senders.push_back(std::async(std::launch::async, [&] { return StoreClient(site.port()).store({}); }));
  for (auto& sender : senders) CHECK(sender.get() == 0);
  const auto rows = site.rows();
  CHECK(rows.size() == 8);
  CHECK(std::count_if(rows.begin(), rows.end(), [](const auto& row) { return row.state == "received"; }) == 1);
  CHECK(site.files().size() == 1);
}

TEST_CASE("above max_associations peers are refused with 2/3/2 while the others are served", "[net]") {
  receive::StoreOptions options;
  options.max_associations = 2;
  StoreSite site(options);
  StoreClient first(site.port());
  StoreClient second(site.port());
  REQUIRE(second.accepted());
  CHECK(StoreClient(site.port()).answer() == kLimitExceeded);
  CHECK(first.store({}) == 0);
  CHECK(second.echo());
  CHECK(first.release());
  CHECK(site.answers());
  CHECK(site.store().status().associations_refused >= 1);
}

TEST_CASE("who is not on the list is rejected, and told why", "[net]") {
  receive::StoreOptions options;
  options.accept.calling_ae_titles = {"PACS"};
  StoreSite site(options);
  StoreClient::Offer known;
  known.calling = "PACS";
  StoreClient::Offer lost = known;
  lost.called = "ELSEWHERE";
  CHECK(StoreClient(site.port()).answer() == pdu::Bytes{3, 0, 0, 0, 0, 4, 0, 1, 1, 3});
  CHECK(StoreClient(site.port(), lost).answer() == pdu::Bytes{3, 0, 0, 0, 0, 4, 0, 1, 1, 7});
  CHECK(StoreClient(site.port(), known).store({}) == 0);
  CHECK(site.store().status().associations_refused == 2);
}

TEST_CASE("a calling title that is no text is kept readable in the inbox", "[net]") {
  StoreSite site;
  StoreClient::Offer odd;
  odd.calling = "CT\xFF\x1b[2J%s";
  StoreClient client(site.port(), odd);
  REQUIRE(client.accepted());
  REQUIRE(client.store({}) == 0);
  const auto calling = site.rows().at(0).calling;
  CHECK(calling.starts_with("CT"));
  CHECK(calling.find('\xFF') == std::string::npos);
  CHECK(calling.find('\x1b') == std::string::npos);
  CHECK(site.value("SELECT calling_ae FROM association") == calling);
}

TEST_CASE("a stop lets an object that is under way end, and says so", "[net]") {
  StoreSite site;
  StoreClient client(site.port());
  StoreClient idle(site.port());
  ObjectPlan plan;
  plan.pixels = 200'000;
  const auto bytes = object(plan);
  client.send_command(plan.sop_class, plan.instance);
  client.send_data(bytes.substr(0, 100'000), 16'000, false);
  REQUIRE(eventually([&] { return site.files("incoming").size() == 1; }));
  auto stopping = std::async(std::launch::async, [&] { site.store().stop(); });
  CHECK(idle.raw().closed_within(30s));
  CHECK(refuses_connections(site.port()));
  client.send_data(bytes.substr(100'000));
  CHECK(client.status() == 0);
  client.raw().close();
  stopping.get();
  CHECK(site.data_set_of(site.rows().at(0).spool_path) == bytes);
}

TEST_CASE("a stop does not wait for an object longer than the drain allows, and nothing of it stays", "[net]") {
  receive::StoreOptions options;
  options.drain_timeout = 100ms;
  StoreSite site(options);
  StoreClient client(site.port());
  const ObjectPlan plan;
  client.send_command(plan.sop_class, plan.instance);
  client.send_data(object(plan), 16'000, false);
  REQUIRE(eventually([&] { return site.files("incoming").size() == 1; }));
  site.store().stop();
  CHECK(site.holds_nothing());
  CHECK(client.raw().closed_within(30s));
}
