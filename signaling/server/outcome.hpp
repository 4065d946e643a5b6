#pragma once

#include <utility>
#include <variant>

#include <sotto/time.hpp>

namespace sotto::wire {
enum Refusal : int;
}

namespace sotto::signaling {

/// A no of the server, as the device is told it.
struct Denial {
  wire::Refusal why;
  Duration retry_after{};
};

/// What came of something that a device asked for.
template <typename T>
class [[nodiscard]] Outcome {
 public:
  Outcome(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Outcome(Denial denial) : state_(std::in_place_index<1>, denial) {}
  Outcome(wire::Refusal why) : Outcome(Denial{why}) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  /// Only if it is ok().
  T& operator*() { return std::get<0>(state_); }
  const T& operator*() const { return std::get<0>(state_); }
  T* operator->() { return &**this; }
  const T* operator->() const { return &**this; }
  /// Only if it is not.
  const Denial& denial() const { return std::get<1>(state_); }

 private:
  std::variant<T, Denial> state_;
};

}  // namespace sotto::signaling
