#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harvester/config/site.hpp"
#include "harvester/core/result.hpp"

/// Who may ask the page's server for what. Pure but for reading the secrets.
namespace harvester::web {

/// Somebody who calls.
struct Caller {
  std::optional<config::HttpRole> role{};  ///< nothing: may do nothing
  std::string name{};                      ///< the token's; empty without one
  bool wrong_token = false;

  [[nodiscard]] bool may(config::HttpRole needed) const { return role && *role >= needed; }
};

/// The tokens of a site and what is open without.
class Access {
 public:
  /// Reads the secrets. Fails with `config`.
  static Result<Access> of(const config::Http& http, const config::Environment& environment);

  /// `authorization`: the header; empty: there is none. Takes as long for a wrong secret as for a right one.
  [[nodiscard]] Caller caller(const std::string& authorization) const;

  [[nodiscard]] bool token_required() const { return !anonymous_; }

 private:
  struct Known {
    std::string name;
    config::HttpRole role;
    std::string secret;
  };
  std::vector<Known> known_;
  std::optional<config::HttpRole> anonymous_;
};

/// What of a request decides whether it comes from our own page, or from a program of its own.
struct Origins {
  std::string host{};            ///< Host
  std::string origin{};          ///< Origin; empty: not sent
  std::string sec_fetch_site{};  ///< Sec-Fetch-Site; empty: not sent
};

/// Whether a Host header names us: an address, localhost, or one of `names`. A page of somebody else that has its name
/// resolve to our address (DNS rebinding) is told by its name.
[[nodiscard]] bool names_us(const std::string& host, const std::vector<std::string>& names);

/// Whether a browser says that a page of another origin makes the request. What sends neither header is no browser.
[[nodiscard]] bool is_foreign(const Origins& origins, const std::vector<std::string>& names);

}  // namespace harvester::web
