#pragma once

#include <compare>
#include <cstdint>

#include <sotto/time.hpp>

namespace sotto::transport {

/// A 64-bit NTP timestamp (RFC 3550 4): seconds since 1900 in the upper half, their fraction in the lower.
class NtpTime {
 public:
  constexpr NtpTime() = default;
  explicit constexpr NtpTime(uint64_t value) : value_(value) {}
  /// `since_1970` is UTC.
  static constexpr NtpTime from_unix(Duration since_1970) {
    const int64_t micros = since_1970.count();
    const int64_t seconds = micros / kMicrosPerSecond;
    const int64_t fraction = ((micros % kMicrosPerSecond) << 32) / kMicrosPerSecond;
    return NtpTime(static_cast<uint64_t>((seconds + kSecondsFrom1900To1970) << 32 | fraction));
  }

  constexpr uint64_t value() const { return value_; }
  constexpr auto operator<=>(const NtpTime&) const = default;
  /// The middle 32 bits, units of 1/65536 s: what LSR and DLSR are counted in (RFC 3550 6.4.1).
  constexpr uint32_t compact() const { return static_cast<uint32_t>(value_ >> 16); }
  /// UTC since 1970, rounded down to microseconds.
  constexpr Duration since_1970() const {
    const auto seconds = static_cast<int64_t>(value_ >> 32) - kSecondsFrom1900To1970;
    const auto fraction = static_cast<int64_t>(((value_ & 0xffffffff) * kMicrosPerSecond + 0xffffffff) >> 32);
    return Duration(seconds * kMicrosPerSecond + fraction);
  }

 private:
  static constexpr int64_t kMicrosPerSecond = 1'000'000;
  static constexpr int64_t kSecondsFrom1900To1970 = 2'208'988'800;

  uint64_t value_ = 0;
};

/// `time` in units of 1/65536 s, capped to 32 bits; nothing negative.
constexpr uint32_t to_compact_ntp(Duration time) {
  if (time.count() <= 0) return 0;
  const int64_t units = time.count() * 65536 / 1'000'000;
  return units > 0xffffffff ? 0xffffffff : static_cast<uint32_t>(units);
}

/// The reverse of to_compact_ntp.
constexpr Duration from_compact_ntp(uint32_t units) { return Duration(int64_t{units} * 1'000'000 / 65536); }

}  // namespace sotto::transport
