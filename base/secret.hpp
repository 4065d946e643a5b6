#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"

namespace sotto {

/// Overwrites memory in a way that the compiler keeps.
void wipe(MutableByteView memory);

/// Compares in a time that depends on the lengths alone.
bool equal_constant_time(ByteView a, ByteView b);

/// N secret bytes that are wiped when they go away. Moves, and wipes what it moved from; never copies, never prints.
template <size_t N>
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::span<const uint8_t, N> bytes) { std::copy(bytes.begin(), bytes.end(), bytes_.begin()); }
  Secret(Secret&& other) noexcept : bytes_(other.bytes_) { wipe(other.bytes_); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      wipe(other.bytes_);
    }
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(bytes_); }

  static constexpr size_t size() { return N; }
  std::span<const uint8_t, N> view() const { return bytes_; }
  std::span<uint8_t, N> mutable_view() { return bytes_; }
  /// A copy, where a second owner is really meant.
  Secret clone() const { return Secret(view()); }

 private:
  std::array<uint8_t, N> bytes_{};
};

}  // namespace sotto
