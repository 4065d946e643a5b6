#pragma once

#include <cstdint>
#include <functional>
#include <optional>

namespace sotto {

/// A 16-bit sequence number that wraps (RFC 3550 5.1). Order is by the shorter way around the circle.
class SequenceNumber {
 public:
  constexpr SequenceNumber() = default;
  explicit constexpr SequenceNumber(uint16_t value) : value_(value) {}

  constexpr uint16_t value() const { return value_; }
  constexpr bool operator==(const SequenceNumber&) const = default;
  constexpr bool is_newer_than(SequenceNumber other) const { return other.distance_to(*this) > 0; }

  /// Steps from this one forward to `other`: negative if `other` is older, -32768 to 32767.
  constexpr int distance_to(SequenceNumber other) const {
    return static_cast<int16_t>(static_cast<uint16_t>(other.value_ - value_));
  }
  constexpr SequenceNumber operator+(int steps) const { return SequenceNumber(static_cast<uint16_t>(value_ + steps)); }
  constexpr SequenceNumber operator-(int steps) const { return *this + -steps; }
  constexpr SequenceNumber& operator++() { return *this = *this + 1; }

 private:
  uint16_t value_ = 0;
};

/// Turns wrapping sequence numbers into ones that only grow, each taken as the nearest to the highest seen so far.
class SequenceUnwrapper {
 public:
  int64_t unwrap(SequenceNumber number) {
    const int64_t unwrapped = peek(number);
    if (!highest_ || unwrapped > *highest_) highest_ = unwrapped;
    return unwrapped;
  }
  /// As unwrap, but remembers nothing.
  int64_t peek(SequenceNumber number) const {
    if (!highest_) return number.value();
    return *highest_ + SequenceNumber(static_cast<uint16_t>(*highest_)).distance_to(number);
  }

 private:
  std::optional<int64_t> highest_;
};

/// The same for 32-bit RTP timestamps.
class RtpTimestampUnwrapper {
 public:
  int64_t unwrap(uint32_t timestamp) {
    if (!last_) {
      last_ = timestamp;
    } else {
      *last_ += static_cast<int32_t>(timestamp - static_cast<uint32_t>(*last_));
    }
    return *last_;
  }

 private:
  std::optional<int64_t> last_;
};

/// A synchronisation source (RFC 3550 3).
class Ssrc {
 public:
  constexpr Ssrc() = default;
  explicit constexpr Ssrc(uint32_t value) : value_(value) {}
  constexpr uint32_t value() const { return value_; }
  constexpr auto operator<=>(const Ssrc&) const = default;

 private:
  uint32_t value_ = 0;
};

}  // namespace sotto

template <>
struct std::hash<sotto::Ssrc> {
  size_t operator()(sotto::Ssrc ssrc) const noexcept { return std::hash<uint32_t>{}(ssrc.value()); }
};
