#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <variant>

namespace sotto {

/// What kind of thing went wrong; the message says what to do about it.
enum class ErrorCode {
  kInvalidArgument,  ///< The caller's input cannot be used.
  kMalformed,        ///< Bytes from outside that do not parse.
  kRefused,          ///< Well-formed, but not allowed: bad signature, failed tag, wrong state, replay.
  kExpired,          ///< Valid once, too old now (or not valid yet).
  kUnavailable,      ///< A file, device, address or library feature is not there.
  kTimeout,
  kInternal,
};

/// Why something could not be done, in words that a person can act on. Never holds secrets or addresses.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
};

/// Either a value or an Error. Reading the one that is not there ends the process: check first.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return *checked_value(); }
  const T& value() const& { return *const_cast<Result*>(this)->checked_value(); }
  T&& value() && { return std::move(*checked_value()); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return checked_value(); }
  const T* operator->() const { return const_cast<Result*>(this)->checked_value(); }

  const Error& error() const {
    const Error* error = std::get_if<1>(&state_);
    if (error == nullptr) std::abort();
    return *error;
  }

 private:
  T* checked_value() {
    T* value = std::get_if<0>(&state_);
    if (value == nullptr) {
      std::fprintf(stderr, "sotto: value() of a failed Result: %s\n", std::get_if<1>(&state_)->message.c_str());
      std::abort();
    }
    return value;
  }

  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), failed_(true) {}

  bool ok() const { return !failed_; }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    if (!failed_) std::abort();
    return error_;
  }

 private:
  Error error_;
  bool failed_ = false;
};

}  // namespace sotto
