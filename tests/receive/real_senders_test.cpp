#include <zlib.h>

#include <algorithm>
#include <map>

#include "harvester/simulation/generator.hpp"
#include "harvester/simulation/object_builder.hpp"
#include "store_site.hpp"
#include "support/arrivals.hpp"
#include "support/peers.hpp"

using namespace harvester;
using namespace harvester::tests;

/// The store against the senders of the dcmtk package, and Orthanc.
namespace {

/// The objects of a synthetic CT study as files, by SOP Instance UID.
class Study {
 public:
  explicit Study(const std::filesystem::path& folder) {
    simulation::StudyOptions options;
    options.date = parse_date("20260305").value();
    options.image.rows = options.image.columns = 32;
    const auto plan = simulation::make_study(simulation::Scenario::ct_rdsr, options);
    for (const auto& series : plan.series)
      for (const auto& instance : series.instances) add(simulation::encode(plan, series, instance), folder);
  }

  [[nodiscard]] const std::map<std::string, std::string>& data_sets() const { return data_sets_; }
  [[nodiscard]] const std::vector<std::string>& files() const { return files_; }

 private:
  void add(const simulation::EncodedObject& object, const std::filesystem::path& folder) {
    const auto file = folder / (std::to_string(files_.size()) + ".dcm");
    std::ofstream(file, std::ios::binary) << simulation::part10(object);
    files_.push_back(file.string());
    data_sets_[object.sop_instance.str()] = object.data_set;
  }

  std::map<std::string, std::string> data_sets_;
  std::vector<std::string> files_;
};

std::string data_set_of_file(const std::string& file) {
  const auto whole = content_of(file);
  return whole.substr(dicom::read_part10_header(std::as_bytes(std::span(whole)))->dataset_offset);
}

/// The data set as it is before deflating, for senders that deflate in other pieces than the file had.
std::string inflated(std::string bytes) {
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, -MAX_WBITS) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out(1 << 20, '\0');
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  inflateEnd(&stream);
  return out;
}

Ran send(const std::vector<std::string>& command, const std::vector<std::string>& files) {
  auto all = command;
  all.insert(all.end(), files.begin(), files.end());
  return run(all, {{"TCP_NODELAY", "1"}});
}

const std::string kRle = "1.2.840.10008.1.2.5";
const std::string kExtended = "1.2.840.10008.1.2.4.51";
const std::string kLossless = "1.2.840.10008.1.2.4.70";
const std::string kLosslessLs = "1.2.840.10008.1.2.4.80";

using Command = std::vector<std::string>;

/// A program that brings a file into a transfer syntax.
struct Conversion {
  Command command;
  std::string syntax;
};

std::vector<Conversion> conversions() {
  return {{{"dcmconv", "+ti"}, kImplicitLittle},
          {{"dcmconv", "+te"}, kExplicitLittle},
          {{"dcmconv", "+tb"}, kExplicitBig},
          {{"dcmconv", "+td"}, kDeflated},
          {{"dcmcrle"}, kRle},
          {{"dcmcjpeg", "+e1"}, kLossless},
          {{"dcmcjpeg", "+ee"}, kExtended},
          {{"dcmcjpls"}, kLosslessLs}};
}

/// An image in some transfer syntax as a file, with a UID of its own.
class Converted {
 public:
  Converted(Conversion how, const std::filesystem::path& folder)
      : how_(std::move(how)), file_((folder / "converted.dcm").string()) {
    const Study study(folder);
    auto command = how_.command;
    command.insert(command.end(), {study.files().front(), file_});
    REQUIRE(run(command).code == 0);
    REQUIRE(run({"dcmodify", "-nb", "-gin", file_}).code == 0);
  }

  [[nodiscard]] const std::string& file() const { return file_; }

  /// As dcmsend sends it, which brings what is not compressed into the first transfer syntax that is accepted.
  [[nodiscard]] Converted as_dcmsend_sends() const {
    auto sent = *this;
    if (how_.command != Command{"dcmconv", "+ti"} && how_.command != Command{"dcmconv", "+tb"}) return sent;
    sent.how_.syntax = kExplicitLittle;
    sent.file_ += ".explicit";
    REQUIRE(run({"dcmconv", "+te", file_, sent.file_}).code == 0);
    return sent;
  }

  /// It is what came last.
  void check_arrived(const StoreSite& site) const {
    const auto rows = site.rows();
    REQUIRE_FALSE(rows.empty());
    CHECK(rows.back().syntax == how_.syntax);
    const auto arrived = site.data_set_of(rows.back().spool_path);
    const auto original = data_set_of_file(file_);
    if (how_.syntax == kDeflated)
      CHECK(inflated(arrived) == inflated(original));
    else
      CHECK(arrived == original);
  }

 private:
  Conversion how_;
  std::string file_;
};

void check_arrived(const StoreSite& site, const std::map<std::string, std::string>& data_sets) {
  const auto rows = site.rows();
  REQUIRE(rows.size() == data_sets.size());
  for (const auto& row : rows) {
    CHECK(row.state == "received");
    CHECK(site.data_set_of(row.spool_path) == data_sets.at(row.instance));
  }
}

}  // namespace

TEST_CASE("echoscu gets its answer", "[net]") {
  StoreSite site;
  CHECK(run({"echoscu", "-aec", "HARVESTER", "127.0.0.1", site.port_text()}).code == 0);
  CHECK(site.is_quiet());
  CHECK(site.store().status().echoes == 1);
}

TEST_CASE("storescu sends a study over one association, every byte arrives", "[net]") {
  StoreSite site;
  const Study study(site.folder().parent_path());
  const auto sent = send({"storescu", "-aec", "HARVESTER", "-xe", "127.0.0.1", site.port_text()}, study.files());
  CHECK(sent.code == 0);
  check_arrived(site, study.data_sets());
  CHECK(site.is_quiet());
  CHECK(site.value("SELECT count(*) FROM association") == "1");
}

TEST_CASE("storescu that tells its user and waits for an answer to that is served", "[net]") {
  StoreSite site;
  const Study study(site.folder().parent_path());
  const auto sent = send({"storescu", "-aec", "HARVESTER", "-xe", "-usr", "someone", "-pwd", "secret", "-rsp",
                          "127.0.0.1", site.port_text()},
                         study.files());
  INFO(sent.output);
  CHECK(sent.code == 0);
  check_arrived(site, study.data_sets());
}

TEST_CASE("dcmsend sends a study, every byte arrives", "[net]") {
  StoreSite site;
  const Study study(site.folder().parent_path());
  const auto sent = send({"dcmsend", "-aec", "HARVESTER", "-dn", "127.0.0.1", site.port_text()}, study.files());
  CHECK(sent.code == 0);
  check_arrived(site, study.data_sets());
}

TEST_CASE("storescu sends each transfer syntax it knows, every byte arrives", "[net]") {
  const std::map<std::string, std::string> proposals{
      {kImplicitLittle, "-xi"}, {kExplicitLittle, "-xe"}, {kExplicitBig, "-xb"}, {kDeflated, "-xd"}, {kRle, "-xr"},
      {kLossless, "-xs"},       {kExtended, "-xx"},       {kLosslessLs, "-xt"}};
  const auto one = GENERATE(from_range(conversions()));
  StoreSite site;
  const Converted object(one, site.folder().parent_path());
  const auto sent =
      send({"storescu", "-aec", "HARVESTER", proposals.at(one.syntax), "127.0.0.1", site.port_text()}, {object.file()});
  CHECK(sent.code == 0);
  object.check_arrived(site);
}

TEST_CASE("dcmsend sends each transfer syntax, every byte arrives", "[net]") {
  const auto one = GENERATE(from_range(conversions()));
  StoreSite site;
  const Converted object(one, site.folder().parent_path());
  CHECK(send({"dcmsend", "-aec", "HARVESTER", "-dn", "127.0.0.1", site.port_text()}, {object.file()}).code == 0);
  object.as_dcmsend_sends().check_arrived(site);
}

TEST_CASE("Orthanc sends each transfer syntax, every byte arrives", "[net]") {
  StoreSite listening;  // Orthanc needs to know the port before it starts
  const auto url = "http://127.0.0.1:" + std::to_string(free_port());
  const Orthanc orthanc(listening.port(), free_port(), {{"HttpPort", std::stoi(url.substr(url.rfind(':') + 1))}});
  REQUIRE(eventually([&] { return run({"curl", "-sSf", url + "/system"}).code == 0; }));
  for (const auto& one : conversions()) {
    INFO(one.syntax);
    const TempDir folder;
    const Converted object(one, folder.path());
    const auto kept = run({"curl", "-sSf", "--data-binary", "@" + object.file(), url + "/instances"});
    REQUIRE(kept.code == 0);
    const auto id = nlohmann::json::parse(kept.output).at("ID").get<std::string>();
    CHECK(run({"curl", "-sSf", "-d", id, url + "/modalities/harvester/store"}).code == 0);
    object.check_arrived(listening);
    CHECK(run({"curl", "-sSf", "-X", "DELETE", url + "/instances/" + id}).code == 0);
  }
  CHECK(listening.rows().size() == conversions().size());
}

TEST_CASE("senders see that an object was refused, and that a title is not ours", "[net]") {
  StoreSite site({}, std::uint64_t{1} << 62);
  const Study study(site.folder().parent_path());
  const std::vector one{study.files().front()};
  CHECK(send({"storescu", "-aec", "HARVESTER", "127.0.0.1", site.port_text()}, one).code != 0);
  CHECK(send({"dcmsend", "-aec", "OTHER", "127.0.0.1", site.port_text()}, one).code != 0);
  CHECK(site.holds_nothing());
}
