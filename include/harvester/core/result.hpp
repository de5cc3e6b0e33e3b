#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace harvester {

/// What an error means for the one who has to go on after it.
enum class ErrorKind {
  transient,  ///< may succeed when tried again later
  refused,    ///< the peer said no: do not repeat
  bad_data,   ///< the object is at fault: set it aside and go on
  not_found,  ///< what was asked for is not there
  config,     ///< the user has to change the configuration or the command
  storage,    ///< disk or database: stop taking responsibility for data
  cancelled   ///< somebody asked to stop
};

/// The stable name of a kind, e.g. "transient".
[[nodiscard]] const char* to_string(ErrorKind kind);

/// A failure: what to do about it, and a message that names file, node or object and the remedy.
/// The message never holds patient data (UIDs, names, accession numbers).
struct Error {
  ErrorKind kind = ErrorKind::bad_data;
  std::string message;
  int code = 0;  ///< DIMSE status, errno or SQLite code where there is one, else 0

  /// The same error with what was being done in front: "opening spool: disk full".
  [[nodiscard]] Error with(const std::string& doing) const { return {kind, doing + ": " + message, code}; }
};

/// A value or an Error, with the names of std::expected so that a later move to C++23 is small.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  /// The value; has_value() must hold.
  T& operator*() & { return checked(*this); }
  const T& operator*() const& { return checked(*this); }
  T&& operator*() && { return std::move(checked(*this)); }
  T* operator->() { return &checked(*this); }
  const T* operator->() const { return &checked(*this); }

  /// The error; has_value() must not hold.
  [[nodiscard]] const Error& error() const {
    assert(!has_value());
    return *std::get_if<1>(&state_);
  }

  [[nodiscard]] T value_or(T other) const { return has_value() ? **this : std::move(other); }

 private:
  template <class Self>
  static auto& checked(Self& self) {
    assert(self.has_value());
    return *std::get_if<0>(&self.state_);
  }

  std::variant<T, Error> state_;
};

/// Success without a value.
struct Done {};

/// What a function returns that can only succeed or fail.
using Status = Result<Done>;

[[nodiscard]] inline Status ok() { return Done{}; }

}  // namespace harvester
