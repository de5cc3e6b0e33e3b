// A store that speaks TLS: whom it takes, what it says of those it does not, and that slow peers hold up nobody.

#include <fmt/format.h>
#include <spdlog/sinks/ostream_sink.h>

#include <algorithm>
#include <sstream>

#include "harvester/core/log.hpp"
#include "harvester/dicom/scu.hpp"
#include "siege.hpp"
#include "support/tls_client.hpp"

using namespace harvester;
using namespace harvester::tests;
using namespace std::chrono_literals;

namespace {

struct Certificates {
  TempDir papers;
  Certificate ca{papers.path(), "ca"};
  Certificate server{papers.path(), "server", &ca, 300};
  Certificate modality{papers.path(), "modality", &ca};
  Certificate expired{papers.path(), "expired", &ca, -1};
  Certificate stranger{papers.path(), "stranger"};

  /// Files of a store, replaced by tests.
  [[nodiscard]] receive::StoreTls tls(bool mutual) const {
    copy(server, "store");
    receive::StoreTls tls;
    tls.cert_file = papers / "store.pem";
    tls.key_file = papers / "store.key";
    tls.key = [file = *tls.key_file]() -> Result<std::string> { return content_of(file); };
    if (mutual) tls.ca_file = ca.file();
    return tls;
  }
  void copy(const Certificate& from, const std::string& to) const {
    const auto replace = [&](const std::filesystem::path& file, const std::string& name) {
      std::filesystem::copy_file(file, papers / "beside", std::filesystem::copy_options::overwrite_existing);
      std::filesystem::rename(papers / "beside", papers / name);
    };
    replace(from.key_file(), to + ".key");
    replace(from.file(), to + ".pem");
  }
};

receive::StoreOptions with_tls(receive::StoreOptions options, receive::StoreTls tls) {
  options.tls = std::move(tls);
  return options;
}

StoreSite::Connect caller(const Certificate* who) {
  return [who](int port) -> std::unique_ptr<RawClient> {
    auto client = std::make_unique<TlsClient>(port, TlsCaller{.shows = who});
    client->shake_hands();
    return client;
  };
}

/// A store with TLS and one with mutual authentication, besieged or not.
struct TlsSite : Certificates, StoreSite {
  explicit TlsSite(bool mutual, receive::StoreOptions options = {})
      : StoreSite(with_tls(std::move(options), tls(mutual))) {
    connect_by(caller(mutual ? &modality : nullptr));
  }

  /// What the store says of the latest peer that it refused; waits until that many were.
  std::string refusal(std::uint64_t count = 1) {
    REQUIRE(eventually([&] { return store().status().tls->refused == count; }));
    return store().status().last_error;
  }
};

struct TlsSiege : Certificates, Siege {
  explicit TlsSiege(receive::StoreOptions options = impatient(), bool mutual = false)
      : Siege(with_tls(std::move(options), tls(mutual)), caller(mutual ? &modality : nullptr)) {}
};

/// Runs a program; files may be named as paths.
Ran call(std::initializer_list<std::filesystem::path> words) { return run({words.begin(), words.end()}); }

bool says(const std::string& text, const char* words) {
  UNSCOPED_INFO(text);
  return text.find(words) != std::string::npos;
}

pdu::Bytes first_part(const pdu::Bytes& whole, std::size_t size) {
  return {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)};
}

/// The first flight of a TLS client.
pdu::Bytes client_hello() {
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  const std::unique_ptr<SSL_CTX, Free> context(SSL_CTX_new(TLS_client_method()));
  const std::unique_ptr<SSL, Free> ssl(SSL_new(context.get()));
  auto* out = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), out);
  SSL_connect(ssl.get());
  char* bytes = nullptr;
  const auto size = BIO_get_mem_data(out, &bytes);
  return {bytes, bytes + size};
}

}  // namespace

TEST_CASE("tls store: objects of DCMTK's storescu and dcmsend are taken, byte for byte, in each profile", "[net]") {
  const auto profile = GENERATE(as<std::string>{}, "+px", "+py", "+pz");
  const auto ours = profile == "+px"   ? dicom::TlsProfile::bcp195
                    : profile == "+py" ? dicom::TlsProfile::bcp195_nd
                                       : dicom::TlsProfile::bcp195_extended;
  Certificates files;
  auto tls = files.tls(true);
  const Certificate rsa(files.papers.path(), "rsa", &files.ca, 300, false, Certificate::Key::rsa);
  if (GENERATE(false, true)) files.copy(rsa, "store");
  tls.profile = ours;
  StoreSite site(with_tls({}, tls));
  const ObjectPlan plan;
  const auto header = dicom::part10_header(
      {SopClassUid(plan.sop_class), SopInstanceUid(plan.instance), TransferSyntaxUid(pdu::kExplicit), ""});
  std::ofstream(files.papers / "object.dcm", std::ios::binary)
      << std::string(reinterpret_cast<const char*>(header.data()), header.size()) << object(plan);
  const auto sent = call({"storescu", "+tls", files.modality.key_file(), files.modality.file(), "+cf", files.ca.file(),
                          profile, "-aec", "HARVESTER", "127.0.0.1", site.port_text(), files.papers / "object.dcm"});
  INFO(sent.output);
  CHECK(sent.code == 0);
  REQUIRE(site.rows().size() == 1);
  CHECK(site.data_set_of(site.rows()[0].spool_path) == object(plan));
}

TEST_CASE("tls store: echoscu without a certificate is served where none is asked for", "[net]") {
  TlsSite site(false);
  const auto echo =
      call({"echoscu", "+tla", "+cf", site.ca.file(), "-aec", "HARVESTER", "127.0.0.1", site.port_text()});
  INFO(echo.output);
  CHECK(echo.code == 0);
  CHECK(site.store().status().echoes == 1);
  CHECK(site.store().status().tls->refused == 0);
}

TEST_CASE("tls store: objects come in TLS 1.2 and in 1.3", "[net]") {
  TlsSite site(true);
  const Certificate rsa(site.papers.path(), "rsa", &site.ca, 300, false, Certificate::Key::rsa);
  site.copy(rsa, "store");  // the suites of the profiles for TLS 1.2 are for RSA keys alone
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    auto line = std::make_unique<TlsClient>(site.port(), TlsCaller{&site.modality, version, version});
    REQUIRE(line->shake_hands());
    StoreClient client(std::move(line));
    CHECK(client.echo());
    CHECK(client.store(ObjectPlan{}) == 0);  // the second time as a duplicate
    CHECK(client.release());
  }
}

TEST_CASE("tls store: who is refused is closed, counted and told of in words", "[net]") {
  TlsSite site(true);
  SECTION("no TLS") {
    RawClient plain(site.port());
    plain.send(pdu::associate_verification());
    CHECK(plain.closed_within(30s));
    CHECK(says(site.refusal(), "it does not speak TLS"));
  }
  SECTION("HTTP") {
    RawClient plain(site.port());
    plain.send(pdu::of("GET / HTTP/1.1\r\nHost: store\r\n\r\n"));
    CHECK(plain.closed_within(30s));
    CHECK(says(site.refusal(), "it does not speak TLS"));
  }
  SECTION("too old") {
    const int version = GENERATE(TLS1_VERSION, TLS1_1_VERSION);
    TlsClient old(site.port(), {&site.modality, version, version});
    CHECK_FALSE(old.shake_hands());
    CHECK(says(site.refusal(), "TLS 1.2 is the least"));
  }
  SECTION("no certificate") {
    TlsClient client(site.port(), {});
    client.shake_hands();  // over on its side before the store has judged it
    CHECK(client.closed_within(30s));
    CHECK(says(site.refusal(), "it shows no certificate"));
  }
  SECTION("a stranger's certificate") {
    TlsClient client(site.port(), {&site.stranger});
    client.shake_hands();
    CHECK(client.closed_within(30s));
    CHECK(says(site.refusal(), "unknown CA"));
  }
  SECTION("an expired certificate") {
    TlsClient client(site.port(), {&site.expired});
    client.shake_hands();
    CHECK(client.closed_within(30s));
    CHECK(says(site.refusal(), "has expired"));
  }
  SECTION("one that does not believe us") {
    const auto echo = call({"echoscu", "+tls", site.modality.key_file(), site.modality.file(), "+cf",
                            site.stranger.file(), "-aec", "HARVESTER", "127.0.0.1", site.port_text()});
    CHECK(echo.code != 0);
    CHECK(says(site.refusal(), "does not accept our certificate"));
  }
  CHECK(site.store().status().associations == 0);
  CHECK(site.answers());
}

TEST_CASE("tls store: its own certificate is taken from callers, however old, and nobody else's beside the CA's",
          "[net]") {
  Certificates files;
  const Certificate ended(files.papers.path(), "ended", nullptr, -1);
  auto tls = files.tls(true);
  files.copy(ended, "store");
  StoreSite site(with_tls({}, tls));
  const auto options = receive::tls_server_options(tls);
  REQUIRE(options);
  const auto self = dicom::make_tls_self_client(*options);
  REQUIRE(self);
  dicom::ScuOptions how;
  how.tls = *self;
  const dicom::Peer peer{"127.0.0.1", site.port(), AeTitle::of("HARVESTER"), AeTitle::of("HARVESTER")};
  auto association = dicom::ScuAssociation::open(peer, how, {dicom::verification()});
  if (!association) FAIL(association.error().message);
  CHECK(association->echo()->success());
  association->release();

  files.copy(files.server, "store");  // the store now shows another one than we look for
  const auto refused = dicom::ScuAssociation::open(peer, how, {dicom::verification()});
  REQUIRE_FALSE(refused);
  CHECK(says(refused.error().message, "another certificate"));
  CHECK(refused.error().kind == ErrorKind::refused);
}

TEST_CASE("tls store: a chain in cert_file is shown whole", "[net]") {
  Certificates files;
  const Certificate between(files.papers.path(), "between", &files.ca, 300, true);
  const Certificate leaf(files.papers.path(), "leaf", &between, 300);
  auto tls = files.tls(false);
  files.copy(leaf, "store");
  std::ofstream(tls.cert_file, std::ios::app) << content_of(between.file());
  StoreSite site(with_tls({}, tls));
  const auto echo =
      call({"echoscu", "+tla", "+cf", files.ca.file(), "-aec", "HARVESTER", "127.0.0.1", site.port_text()});
  INFO(echo.output);
  CHECK(echo.code == 0);
}

TEST_CASE("tls store: changed files are used by the next association, the open ones go on", "[net]") {
  TlsSite site(true);
  auto before = site.client();
  REQUIRE(before.accepted());
  const auto old_end = site.store().status().tls->certificate_until;
  const Certificate renewed(site.papers.path(), "renewed", &site.ca, 600);
  site.copy(renewed, "store");
  CHECK(site.answers());
  CHECK(site.store().status().tls->certificate_until > old_end + std::chrono::hours(24 * 200));
  CHECK(site.store().status().tls->fault.empty());
  CHECK(before.echo());
}

TEST_CASE("tls store: another CA file refuses from then on whom the old one vouched for", "[net]") {
  Certificates files;
  auto tls = files.tls(true);
  tls.ca_file = files.papers / "trusted.pem";
  files.copy(files.ca, "trusted");
  StoreSite site(with_tls({}, tls));
  site.connect_by(caller(&files.modality));
  CHECK(site.answers());
  files.copy(files.stranger, "trusted");
  CHECK_FALSE(site.client().accepted());
  site.connect_by(caller(&files.stranger));
  CHECK(site.answers());
}

TEST_CASE("tls store: a faulty new file leaves the old ones in force and is told once", "[net]") {
  TlsSite site(true);
  SECTION("rubbish") { std::ofstream(site.papers / "store.pem") << "rubbish"; }
  SECTION("gone") { std::filesystem::remove(site.papers / "store.key"); }
  SECTION("key and certificate of two pairs") {
    std::filesystem::copy_file(site.modality.key_file(), site.papers / "store.key",
                               std::filesystem::copy_options::overwrite_existing);
  }
  CHECK(site.answers());
  CHECK(says(site.store().status().last_error, "changed TLS files are not used"));
  CHECK_FALSE(site.store().status().tls->fault.empty());
  RawClient plain(site.port());
  plain.send(pdu::associate_verification());
  CHECK(says(site.refusal(), "does not speak TLS"));
  CHECK(site.answers());
  CHECK(says(site.store().status().last_error, "does not speak TLS"));  // the fault is not told again
  const Certificate renewed(site.papers.path(), "renewed", &site.ca, 600);
  site.copy(renewed, "store");
  CHECK(site.answers());
  CHECK(site.store().status().tls->fault.empty());
}

TEST_CASE("tls store: from thirty days before its certificate expires a warning goes to the log, once a day", "[net]") {
  std::ostringstream heard;
  const auto log = room_log("receive");
  log->sinks().push_back(std::make_shared<spdlog::sinks::ostream_sink_mt>(heard));
  const auto warnings = [&] {
    const auto text = heard.str();
    int count = 0;
    for (auto at = text.find("its TLS certificate"); at != std::string::npos; at = text.find("its TLS cert", at + 1))
      ++count;
    return count;
  };
  {
    TlsSite site(false);
    const auto until = site.store().status().tls->certificate_until;
    const auto be_at = [&](std::chrono::hours before) {
      site.clock.advance(until - before - site.clock.now());
      CHECK(site.answers());
    };
    be_at(24h * 31);
    CHECK(warnings() == 0);
    be_at(24h * 29);
    be_at(24h * 29 - 1h);
    CHECK(warnings() == 1);
    be_at(24h * 28);
    CHECK(warnings() == 2);
    CHECK(says(heard.str(), "expires on"));
    be_at(-1h);
    CHECK(says(heard.str(), "has expired on"));
  }
  log->sinks().pop_back();
}

TEST_CASE("tls store: files that are not sound do not open a store", "[store]") {
  Certificates files;
  auto tls = files.tls(true);
  std::ofstream(files.papers / "store.pem") << "rubbish";
  SpoolSite data;
  receive::StoreOptions options;
  options.bind = "127.0.0.1";
  options.port = 0;
  const auto opened = receive::Store::open(with_tls(options, tls), data.spool(), data.writer(), data.clock);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().kind == ErrorKind::config);
  CHECK(says(opened.error().message, "cert_file"));
}

TEST_CASE("attack: slow and silent TLS peers hold up nobody, wherever they stop, and are dropped in time", "[net]") {
  const auto hello = client_hello();
  const auto whole = pdu::associate_verification();
  const auto slow_peers = [&](int port) {
    std::vector<std::unique_ptr<RawClient>> slow;
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{5}, hello.size() / 2, hello.size()}) {
      slow.push_back(std::make_unique<RawClient>(port));
      slow.back()->send(first_part(hello, size));
    }
    for (const std::size_t size : {0, 1, 6, 80}) {
      slow.push_back(caller(nullptr)(port));
      if (size > 0) slow.back()->send(first_part(whole, size));
    }
    return slow;
  };
  SECTION("others are served meanwhile") {
    TlsSiege siege(Siege::patient());
    {
      const auto slow = slow_peers(siege.port());
      for (std::size_t at = hello.size() / 2; at < hello.size() - 1; ++at) {
        REQUIRE(slow[3]->send({hello[at]}));  // dripping
        if (at % 50 == 0) CHECK(siege.answers());
      }
      CHECK(siege.answers());
    }
    siege.check_unharmed();
  }
  SECTION("and they are dropped") {
    TlsSiege siege;
    {
      const auto slow = slow_peers(siege.port());
      for (const auto& client : slow) CHECK(client->closed_within(30s));
    }
    siege.check_unharmed();
  }
}

TEST_CASE("attack: 500 connections that stop in the TLS handshake, and C-ECHO is answered beside them", "[net]") {
  const auto hello = client_hello();
  TlsSiege siege(Siege::patient());
  {
    std::vector<RawClient> idle;
    for (int n = 0; n < 500; ++n) {
      idle.emplace_back(siege.port());
      if (n % 2 == 0) idle.back().send(hello);
    }
    CHECK(siege.answers());
  }
  siege.check_unharmed();
}

TEST_CASE("attack: TLS peers that reset, talk on and on, ask for new keys again and again, or cheat", "[net]") {
  const auto hello = client_hello();
  TlsSiege siege;
  SECTION("resets") {
    for (int n = 0; n < 100; ++n) {
      auto client = n % 3 == 2 ? caller(nullptr)(siege.port()) : std::make_unique<RawClient>(siege.port());
      if (n % 3 == 1) client->send(hello);
      if (n % 3 == 2) client->send(pdu::associate_verification());
      client->reset();
    }
  }
  SECTION("rubbish in place of the second flight") {
    RawClient client(siege.port());
    client.send(hello);
    client.send(pdu::Bytes(100'000, 0x16));
    CHECK(client.closed_within(30s));
  }
  SECTION("a flood of new keys before the request") {
    const auto line = caller(nullptr)(siege.port());
    auto* ssl = dynamic_cast<TlsClient&>(*line).ssl();
    for (int n = 0; n < 100'000; ++n)
      if (SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED) != 1 || SSL_do_handshake(ssl) != 1) break;
    CHECK(line->closed_within(30s));
  }
  SECTION("renegotiation, which TLS 1.2 allows") {
    const Certificate rsa(siege.papers.path(), "rsa", &siege.ca, 300, false, Certificate::Key::rsa);
    siege.copy(rsa, "store");
    TlsClient client(siege.port(), {nullptr, TLS1_2_VERSION, TLS1_2_VERSION});
    REQUIRE(client.shake_hands());
    SSL_renegotiate(client.ssl());
    CHECK_FALSE(client.shake_hands());
  }
  SECTION("something else inside TLS") {
    const auto line = caller(nullptr)(siege.port());
    line->send(pdu::of("GET / HTTP/1.1\r\n\r\n"));
    CHECK(line->closed_within(30s));
  }
  SECTION("an object that is cut, over TLS") {
    auto client = siege.client();
    client.send_command(ObjectPlan{}.sop_class, ObjectPlan{}.instance);
    client.send_data(object(ObjectPlan{}).substr(0, 100), 50, false);
    client.raw().close();
  }
  siege.check_unharmed();
}

TEST_CASE("tls store: associations, refused peers and new certificates do not make the process grow", "[net]") {
  TlsSiege siege(Siege::impatient(), true);
  const auto once = [&] {
    CHECK(siege.answers());
    caller (&siege.stranger)(siege.port());
    siege.copy(siege.server, "store");  // another file each time
  };
  for (int n = 0; n < 50; ++n) once();
  const auto before = memory_kb("VmRSS");
  for (int n = 0; n < 200; ++n) once();
  siege.check_unharmed();
  if (!memory_is_distorted()) CHECK(memory_kb("VmRSS") - before < 6000);  // a context of each would be 20 MB
}

TEST_CASE("tls store: a full store refuses over TLS in DICOM's words", "[net]") {
  auto options = Siege::patient();
  options.max_associations = 1;
  TlsSite site(false, options);
  auto first = site.client();
  REQUIRE(first.accepted());
  CHECK(site.client().answer() == pdu::Bytes{3, 0, 0, 0, 0, 4, 0, 2, 3, 2});
  StoreClient::Offer wrong;
  wrong.called = "NOBODY";
  CHECK(first.release());
  REQUIRE(site.is_quiet());
  StoreClient lost(caller(nullptr)(site.port()), wrong);
  CHECK(lost.answer() == pdu::Bytes{3, 0, 0, 0, 0, 4, 0, 1, 1, 7});
}
