// How a store with TLS is called by its own daemon.

#include <catch2/catch.hpp>

#include "harvester/serve/site_setup.hpp"
#include "harvester/serve/store_supervision.hpp"
#include "support/certificates.hpp"
#include "support/spool_site.hpp"

using namespace harvester;
using namespace harvester::tests;

namespace {

struct TlsStore : SpoolSite {
  explicit TlsStore(bool mutual, int days = 300) : certificate(papers.path(), "store", &ca, days) {
    settings.bind = "127.0.0.1";
    settings.tls.enabled = true;
    settings.tls.cert_file = certificate.file();
    settings.tls.key = config::SecretRef{config::SecretRef::From::file, certificate.key_file().string()};
    if (mutual) settings.tls.ca_file = clients.file();
    auto options = serve::store_options(settings);
    REQUIRE(options);
    options->port = 0;
    store = *receive::Store::open(*options, spool(), writer(), clock);
    settings.port = static_cast<std::uint16_t>(store->port());
  }

  TempDir papers;
  Certificate ca{papers.path(), "ca"};
  Certificate clients{papers.path(), "clients"};  // does not vouch for the store itself
  Certificate certificate;
  config::Store settings;
  std::unique_ptr<receive::Store> store;
};

}  // namespace

TEST_CASE("supervision: a store with TLS answers its own daemon, whoever else it would take, and complains of nothing",
          "[net]") {
  const auto [mutual, days] = GENERATE(table<bool, int>({{false, 300}, {true, 300}, {true, -1}}));
  const TlsStore world(mutual, days);
  const auto call = serve::call_of(world.settings);
  REQUIRE(call);
  const auto answered = serve::echo(*call);
  if (!answered) FAIL(answered.error().message);
  CHECK(world.store->status().echoes == 1);
  CHECK(world.store->status().tls->refused == 0);
  CHECK(world.store->status().last_error.empty());
}

TEST_CASE("supervision: a store whose TLS files cannot be read is left alone: it could not be opened again", "[net]") {
  TlsStore world(true);
  std::ofstream(world.certificate.key_file()) << "rubbish";
  const auto call = serve::call_of(world.settings);
  REQUIRE_FALSE(call);
  CHECK(call.error().kind == ErrorKind::config);
  int reopened = 0;
  serve::StoreSupervision supervision({[&] { return std::vector{world.settings}; },
                                       [&](const config::Store& store) -> Status {
                                         const auto how = serve::call_of(store);
                                         return how ? serve::echo(*how) : Status(how.error());
                                       },
                                       [&](const std::string&) -> Status {
                                         ++reopened;
                                         return ok();
                                       }});
  for (int n = 0; n < 3; ++n) supervision.round();
  CHECK(reopened == 0);
}

TEST_CASE("supervision: a store with TLS that is gone is told from one that answers", "[net]") {
  TlsStore world(true);
  world.store.reset();
  const auto answered = serve::echo(*serve::call_of(world.settings));
  REQUIRE_FALSE(answered);
  CHECK(answered.error().kind == ErrorKind::transient);
}
