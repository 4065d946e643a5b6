#pragma once

#include <compare>
#include <cstdint>

#include <sotto/time.hpp>

namespace sotto {

/// An amount of data in bytes.
class DataSize {
 public:
  constexpr DataSize() = default;
  static constexpr DataSize bytes(int64_t count) { return DataSize(count); }

  constexpr int64_t bytes() const { return bytes_; }
  constexpr int64_t bits() const { return bytes_ * 8; }

  constexpr auto operator<=>(const DataSize&) const = default;
  constexpr DataSize operator+(DataSize other) const { return DataSize(bytes_ + other.bytes_); }
  constexpr DataSize operator-(DataSize other) const { return DataSize(bytes_ - other.bytes_); }
  constexpr DataSize& operator+=(DataSize other) { return *this = *this + other; }
  constexpr DataSize& operator-=(DataSize other) { return *this = *this - other; }

 private:
  explicit constexpr DataSize(int64_t count) : bytes_(count) {}
  int64_t bytes_ = 0;
};

/// A rate in bits per second.
class DataRate {
 public:
  constexpr DataRate() = default;
  static constexpr DataRate bps(int64_t rate) { return DataRate(rate); }
  static constexpr DataRate kbps(int64_t rate) { return DataRate(rate * 1000); }

  constexpr int64_t bps() const { return bps_; }
  constexpr double kbps() const { return static_cast<double>(bps_) / 1000.0; }

  constexpr auto operator<=>(const DataRate&) const = default;
  constexpr DataRate operator+(DataRate other) const { return DataRate(bps_ + other.bps_); }
  constexpr DataRate operator-(DataRate other) const { return DataRate(bps_ - other.bps_); }
  constexpr DataRate operator*(double factor) const {
    return DataRate(static_cast<int64_t>(static_cast<double>(bps_) * factor));
  }

 private:
  explicit constexpr DataRate(int64_t rate) : bps_(rate) {}
  int64_t bps_ = 0;
};

/// What `rate` carries in `time`, rounded down.
constexpr DataSize operator*(DataRate rate, Duration time) {
  return DataSize::bytes(rate.bps() * time.count() / 8'000'000);
}

/// How long `size` takes at `rate`, rounded up. `rate` is above zero.
constexpr Duration operator/(DataSize size, DataRate rate) {
  return Duration((size.bits() * 1'000'000 + rate.bps() - 1) / rate.bps());
}

}  // namespace sotto
