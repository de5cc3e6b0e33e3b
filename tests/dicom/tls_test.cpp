// Our side of TLS against storescp of Debian and peers that speak none.

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <fstream>
#include <iterator>

#include "harvester/core/sop_classes.hpp"
#include "scripted_scp.hpp"
#include "support/certificates.hpp"
#include "support/process.hpp"
#include "support/sockets.hpp"
#include "support/temp_dir.hpp"

using namespace harvester;
using namespace harvester::dicom;
using namespace harvester::tests;

namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

bool listens(int port) {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool open = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  ::close(probe);
  return open;
}

/// Certificates, and storescp with one of them.
struct TlsWorld {
  explicit TlsWorld(const std::vector<std::string>& more = {"-ic"}, int days = 30)
      : server(folder.path(), "server", &ca, days, false, Certificate::Key::rsa) {
    REQUIRE(start_toolkit());
    std::vector<std::string> command{
        "storescp",         "+tls", server.key_file().string(), server.file().string(), "+cf",
        ca.file().string(), "-od",  folder.path().string()};
    command.insert(command.end(), more.begin(), more.end());
    command.push_back(std::to_string(port));
    process = std::make_unique<Process>(command, std::map<std::string, std::string>{{"TCP_NODELAY", "1"}});
    REQUIRE(eventually([&] { return listens(port); }));
  }

  [[nodiscard]] Result<ScuAssociation> open(const TlsOptions& tls, int to = 0) const {
    auto client = make_tls_client(tls);
    REQUIRE(client);
    return open(*client, to);
  }
  [[nodiscard]] Result<ScuAssociation> open(std::shared_ptr<TlsClient> client, int to = 0) const {
    ScuOptions options;
    options.acse_timeout = std::chrono::seconds(2);
    options.tls = std::move(client);
    const SopClassUid report{std::string(sop_class::kXRayRadiationDoseSr)};
    return ScuAssociation::open({"127.0.0.1", to == 0 ? port : to, AeTitle::of("STORESCP"), AeTitle::of("TESTER")},
                                options, {verification(), {report.str(), {}}});
  }

  [[nodiscard]] Error failure(const TlsOptions& tls, int to = 0) const {
    auto opened = open(tls, to);
    REQUIRE_FALSE(opened);
    INFO(opened.error().message);
    return opened.error();
  }

  TempDir folder;
  Certificate ca{folder.path(), "ca"};
  Certificate server;
  Certificate ours{folder.path(), "client", &ca};
  Certificate stranger{folder.path(), "stranger"};
  int port = free_port();
  std::unique_ptr<Process> process;
};

bool says(const Error& error, const char* words) {
  UNSCOPED_INFO(error.message);
  return error.message.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("C-ECHO and C-STORE go over TLS, in each profile", "[net]") {
  const auto profile = GENERATE(TlsProfile::bcp195_nd, TlsProfile::bcp195, TlsProfile::bcp195_extended);
  const TlsWorld world;
  auto association = world.open(TlsOptions{.ca_file = world.ca.file(), .profile = profile});
  if (!association) FAIL(association.error().message);
  for (int n = 0; n < 3; ++n) CHECK(association->echo()->success());
  const SopClassUid report{std::string(sop_class::kXRayRadiationDoseSr)};
  auto object = to_dataset({{tag::kSopClassUid, report.str()},
                            {tag::kSopInstanceUid, "1.2.3"},
                            {tag::kStudyInstanceUid, "1.2"},
                            {tag::kStudyDescription, std::string(300'000, 'x')}});
  const auto stored = association->store({report, SopInstanceUid("1.2.3"), "", 0}, *object);
  REQUIRE(stored);
  CHECK(stored->success());
  association->release();
}

TEST_CASE("a peer that asks for our certificate gets it", "[net]") {
  const TlsWorld world({"-rc"});
  TlsOptions tls{.ca_file = world.ca.file(), .cert_file = world.ours.file(), .key = text_of(world.ours.key_file())};
  auto association = world.open(tls);
  if (!association) FAIL(association.error().message);
  CHECK(association->echo()->success());
  association->release();
}

TEST_CASE("a peer that asks for our certificate and gets none or a stranger's is told of in words", "[net]") {
  const TlsWorld world({"-rc"});
  const auto none = world.failure({.ca_file = world.ca.file()});
  CHECK(none.kind == ErrorKind::refused);
  CHECK(says(none, "asks for a certificate of ours"));
  const auto foreign = world.failure(
      {.ca_file = world.ca.file(), .cert_file = world.stranger.file(), .key = text_of(world.stranger.key_file())});
  CHECK(foreign.kind == ErrorKind::refused);
  CHECK(says(foreign, "does not accept our certificate"));
}

TEST_CASE("a certificate that nobody vouches for is refused as such", "[net]") {
  const TlsWorld world;
  const auto error = world.failure({.ca_file = world.stranger.file()});
  CHECK(error.kind == ErrorKind::refused);
  CHECK(says(error, "unknown CA"));
}

TEST_CASE("a certificate that has expired is refused as such", "[net]") {
  const TlsWorld world({"-ic"}, -1);
  const auto error = world.failure({.ca_file = world.ca.file()});
  CHECK(error.kind == ErrorKind::refused);
  CHECK(says(error, "has expired"));
}

TEST_CASE("a peer that speaks no TLS is told of as that", "[net]") {
  const TlsWorld world;
  const ScriptedScp plain([](auto&, const auto&) { return true; });
  CHECK(says(world.failure({.ca_file = world.ca.file()}, plain.peer().port), "TLS on that port"));
}

TEST_CASE("a peer that accepts connections and says nothing does not hold up a TLS handshake", "[net]") {
  const TlsWorld world;
  const int silent = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  REQUIRE(::bind(silent, reinterpret_cast<const sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(silent, 4) == 0);
  REQUIRE(::getsockname(silent, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const auto error = world.failure({.ca_file = world.ca.file()}, ntohs(address.sin_port));
  ::close(silent);
  CHECK(error.kind == ErrorKind::transient);
  CHECK(says(error, "did not answer the TLS handshake"));
}

TEST_CASE("without TLS a peer that wants it is no peer at all", "[net]") {
  const TlsWorld world;
  const auto opened = world.open(std::shared_ptr<TlsClient>());
  REQUIRE_FALSE(opened);
}

TEST_CASE("a peer that dies in the middle over TLS is an error, not a signal", "[net]") {
  const TlsWorld world;
  auto association = world.open(TlsOptions{.ca_file = world.ca.file()});
  REQUIRE(association);
  CHECK(association->echo()->success());
  world.process->signal(SIGKILL);
  eventually([&] { return !listens(world.port); });
  const auto status = association->echo();
  REQUIRE_FALSE(status);
  CHECK(status.error().kind == ErrorKind::transient);
}

TEST_CASE("files that are no certificates or keys are told by name", "[dicom]") {
  const TempDir folder;
  const Certificate one(folder.path(), "one");
  const Certificate other(folder.path(), "other");
  std::ofstream(folder / "rubbish") << "rubbish";
  const auto fault = [](const TlsOptions& options) {
    const auto client = make_tls_client(options);
    REQUIRE_FALSE(client);
    CHECK(client.error().kind == ErrorKind::config);
    return client.error().message;
  };
  CHECK(fault({.ca_file = folder / "rubbish"}).find("ca_file") == 0);
  CHECK(fault({.ca_file = folder / "nowhere"}).find("ca_file") == 0);
  CHECK(fault({.ca_file = one.file(), .cert_file = folder / "rubbish"}).find("cert_file") == 0);
  CHECK(fault({.ca_file = one.file(), .cert_file = one.file(), .key = "rubbish"}).find("key") == 0);
  CHECK(fault({.ca_file = one.file(), .cert_file = one.file(), .key = text_of(other.key_file())}).find("key") == 0);
}
