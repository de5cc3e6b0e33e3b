#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "support/arrivals.hpp"

using namespace harvester;
using namespace harvester::tests;

namespace {

spool::Arrival imported() {
  spool::Arrival arrival;
  arrival.way_in = "import";
  return arrival;
}

void write_file(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

}  // namespace

TEST_CASE("take: a Part 10 file gets our header, its data set stays as it is", "[spool]") {
  SpoolSite site;
  ObjectPlan plan;
  plan.pixels = GENERATE(as<std::size_t>{}, 64, 300'000);
  const auto bytes = object(plan);
  const auto taken = take(site.spool(), foreign_file(plan, bytes));
  REQUIRE(taken);
  CHECK(taken->reason == IntakeReason::none);
  const auto row = site.rows().at(0);
  CHECK(row.instance == plan.instance);
  CHECK(row.sha256 == sha256_of(bytes));
  CHECK(site.data_set_of(row.spool_path) == bytes);
  CHECK(content_of(site.folder() / row.spool_path).substr(0, 128) == std::string(128, '\0'));
}

TEST_CASE("take: a bare data set is told by its first bytes, in each layout", "[spool]") {
  SpoolSite site;
  ObjectPlan plan;
  const auto [layout, syntax] = GENERATE(table<dicom::Layout, std::string>({
      {dicom::Layout::implicit_little, kImplicitLittle},
      {dicom::Layout::explicit_little, kExplicitLittle},
      {dicom::Layout::explicit_big, kExplicitBig},
  }));
  plan.layout = layout;
  const auto taken = take(site.spool(), object(plan));
  REQUIRE(taken);
  CHECK(taken->reason == IntakeReason::none);
  const auto row = site.rows().at(0);
  CHECK(row.syntax == syntax);
  CHECK(row.instance == plan.instance);
  CHECK(row.sop_class == plan.sop_class);
  CHECK(site.data_set_of(row.spool_path) == object(plan));
}

TEST_CASE("take: GE's private syntax is implicit little endian, whatever byte order its pixels have", "[spool]") {
  SpoolSite site;
  ObjectPlan plan;
  plan.layout = dicom::Layout::implicit_little;
  const auto taken = take(site.spool(), foreign_file(plan, object(plan), kGePrivate));
  REQUIRE(taken);
  CHECK(taken->reason == IntakeReason::none);
  const auto row = site.rows().at(0);
  CHECK(row.syntax == kGePrivate);
  CHECK(row.study == plan.study);
  CHECK(site.data_set_of(row.spool_path) == object(plan));
}

TEST_CASE("take: empty UIDs in the file's meta information are what the data set says", "[spool]") {
  SpoolSite site;
  const ObjectPlan plan;
  auto nameless = plan;
  nameless.sop_class = nameless.instance = "";
  const auto taken = take(site.spool(), foreign_file(nameless, object(plan)));
  REQUIRE(taken);
  CHECK(taken->reason == IntakeReason::none);
  const auto row = site.rows().at(0);
  CHECK(row.instance == plan.instance);
  CHECK(row.sop_class == plan.sop_class);
  CHECK(site.data_set_of(row.spool_path) == object(plan));
}

TEST_CASE("take: a deflated data set is kept as it is, its file's word for who it is", "[spool]") {
  SpoolSite site;
  const std::string deflated("\x4b\x4c\x4a\x06\x00 no matter what", 18);
  REQUIRE(take(site.spool(), foreign_file({}, deflated, kDeflated)));
  const auto row = site.rows().at(0);
  CHECK(row.state == "received");
  CHECK(row.instance == ObjectPlan{}.instance);
  CHECK(site.data_set_of(row.spool_path) == deflated);
}

TEST_CASE("take: what cannot be imported is kept and recorded as failed with its reason", "[spool]") {
  SpoolSite site;
  const ObjectPlan plan;
  const auto whole = object(plan);
  auto unnamed = plan;
  unnamed.instance = "";
  auto odd = plan;
  odd.instance = "../../etc/passwd";
  const auto [file, reason] = GENERATE_COPY(table<std::string, std::string>({
      {"%PDF-1.4 and so on", "not_dicom"},
      {"", "not_dicom"},
      {std::string(5000, '\0'), "not_dicom"},
      {foreign_file(plan, whole).substr(0, 140), "not_dicom"},
      {foreign_file(plan, whole.substr(0, whole.size() - 3)), "truncated"},
      {foreign_file(plan, ""), "truncated"},
      {foreign_file(plan, nested_object(plan, 200)), "too_deep"},
      {foreign_file(plan, nested_object(plan, 20000)), "too_deep"},
      {foreign_file(plan, object(unnamed)), "missing_uid"},
      {foreign_file(plan, object(odd)), "missing_uid"},
  }));
  const auto taken = take(site.spool(), file);
  REQUIRE(taken);
  CHECK(taken->state == IntakeState::failed);
  const auto rows = site.rows();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].state == "failed");
  CHECK(rows[0].reason == reason);
  CHECK(rows[0].message.find("Marker") == std::string::npos);
  CHECK(site.files() == std::vector{rows[0].spool_path});
  if (reason == "not_dicom") CHECK(content_of(site.folder() / rows[0].spool_path) == file);
}

TEST_CASE("take: an object that failed does not stand in the way of a good one with its UID", "[spool]") {
  SpoolSite site;
  const auto whole = object();
  REQUIRE(take(site.spool(), foreign_file({}, whole.substr(0, whole.size() - 3))));
  const auto good = take(site.spool(), foreign_file({}, whole));
  REQUIRE(good);
  CHECK(good->reason == IntakeReason::none);
}

TEST_CASE("take: meta information that no writer of ours would make does not reach our header", "[spool]") {
  SpoolSite site;
  ObjectPlan plan;
  auto meta = meta_of(plan);
  meta.sop_class = SopClassUid(std::string(60000, '9'));
  meta.source_ae = std::string(300, 'A');
  const auto header = dicom::part10_header(meta);
  REQUIRE(take(site.spool(), std::string(reinterpret_cast<const char*>(header.data()), header.size()) + object(plan)));
  const auto row = site.rows().at(0);
  CHECK(row.state == "received");
  CHECK(row.sop_class == plan.sop_class);
  const auto file = content_of(site.folder() / row.spool_path);
  const auto written = dicom::read_part10_header(std::as_bytes(std::span(file)));
  REQUIRE(written);
  CHECK(written->meta.sop_class.str().size() <= 64);
  CHECK(written->meta.source_ae.size() <= 16);
  CHECK(site.data_set_of(row.spool_path) == object(plan));
}

TEST_CASE("take: a stream that breaks off in a read error leaves nothing", "[spool]") {
  SpoolSite site;
  struct Breaking final : std::streambuf {
    std::string text = object();
    bool given = false;
    int_type underflow() override {
      if (std::exchange(given, true)) throw std::runtime_error("no more");
      setg(text.data(), text.data(), text.data() + text.size());
      return traits_type::to_int_type(text[0]);
    }
  } breaking;
  std::istream stream(&breaking);
  const auto taken = site.spool().take(stream, imported());
  REQUIRE_FALSE(taken);
  CHECK(taken.error().kind == ErrorKind::bad_data);
  CHECK(site.files().empty());
  CHECK(site.rows().empty());
}

TEST_CASE("take_file: a regular file is taken and stays where it was", "[spool]") {
  SpoolSite site;
  write_file(site / "in.dcm", foreign_file({}, object()));
  const auto taken = site.spool().take_file(site / "in.dcm", imported());
  REQUIRE(taken);
  CHECK(taken->reason == IntakeReason::none);
  CHECK(content_of(site / "in.dcm") == foreign_file({}, object()));
  CHECK(site.data_set_of(site.rows().at(0).spool_path) == object());
}

TEST_CASE("take_file: what is no regular file is refused at once and nothing is kept", "[spool]") {
  SpoolSite site;
  write_file(site / "real.dcm", object());
  SECTION("a FIFO without a writer does not block") { REQUIRE(::mkfifo((site / "odd").c_str(), 0600) == 0); }
  SECTION("a symbolic link is not followed") { std::filesystem::create_symlink(site / "real.dcm", site / "odd"); }
  SECTION("a dangling link") { std::filesystem::create_symlink(site / "nowhere", site / "odd"); }
  SECTION("a folder") { std::filesystem::create_directory(site / "odd"); }
  const auto taken = site.spool().take_file(site / "odd", imported());
  REQUIRE_FALSE(taken);
  CHECK(taken.error().kind == ErrorKind::bad_data);
  CHECK(site.files().empty());
  CHECK(site.rows().empty());
}

TEST_CASE("take_file: a file that is not there is not_found, and its name is not told", "[spool]") {
  SpoolSite site;
  const auto taken = site.spool().take_file(site / "Doe^John.dcm", imported());
  REQUIRE_FALSE(taken);
  CHECK(taken.error().kind == ErrorKind::not_found);
  CHECK(taken.error().message.find("Doe") == std::string::npos);
}

TEST_CASE("take: what may be unfinished is refused where it is cut short, and nothing of it stays", "[spool]") {
  SpoolSite site;
  auto arrival = imported();
  arrival.may_be_unfinished = true;
  const auto whole = foreign_file({}, object());
  std::istringstream half(whole.substr(0, whole.size() - 3));
  const auto refused = site.spool().take(half, arrival);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::bad_data);
  CHECK(site.rows().empty());
  CHECK(site.files().empty());
  std::istringstream all(whole);
  CHECK(site.spool().take(all, arrival));
}

TEST_CASE("take: a watched file is remembered in the commit of its inbox row, or not at all", "[spool]") {
  SpoolSite site;
  auto arrival = imported();
  const auto remembered = [&] { return site.value("SELECT count(*) FROM watched_file"); };
  arrival.watched = database::watched_files::File{{99}, 1, 2, 3, 4};  // there is no such folder: its row cannot be
  std::istringstream first(foreign_file({}, object()));
  CHECK_FALSE(site.spool().take(first, arrival));
  CHECK(site.rows().empty());
  CHECK(site.files().empty());
  arrival.watched->folder = *site.writer().run([&](database::Connection& connection) {
    return database::watched_files::open_folder(connection, 5, site.clock.now());
  });
  std::istringstream second(foreign_file({}, object()));
  CHECK(site.spool().take(second, arrival));
  CHECK(site.rows().size() == 1);
  CHECK(remembered() == "1");
}
