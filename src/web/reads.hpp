#pragma once

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <vector>

#include "harvester/database/connection.hpp"

namespace harvester::web {

/// Connections for reading: a few, each used by one thread at a time. Thread-safe.
class Reads {
 public:
  explicit Reads(std::filesystem::path database) : database_(std::move(database)) {}

  /// Calls `function` with a connection that is its own as long as it runs, outside of any transaction; returns what
  /// that returns, a Result. Fails with `transient` if none is free for long, or as open_for_reading().
  template <class F>
  auto with(F&& function) -> decltype(function(std::declval<database::Connection&>())) {
    auto connection = take();
    if (!connection) return connection.error();
    const Giving back{*this, *connection};
    return function(*connection);
  }

  /// The same inside one read transaction; returns a Result of what that returns.
  template <class F>
  auto run(F&& function) -> Result<decltype(function(std::declval<database::Connection&>()))> {
    return with([&](database::Connection& c) { return database::reading(c, function); });
  }

 private:
  struct Giving {
    Reads& reads;
    database::Connection& connection;
    ~Giving() { reads.give_back(std::move(connection)); }
  };
  Result<database::Connection> take();
  void give_back(database::Connection connection);

  const std::filesystem::path database_;
  std::mutex mutex_;
  std::condition_variable free_;
  std::vector<database::Connection> idle_;  // guarded by mutex_
  int open_ = 0;                            // guarded by mutex_
};

}  // namespace harvester::web
