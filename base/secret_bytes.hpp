#pragma once

#include <utility>

#include "base/bytes.hpp"
#include "base/secret.hpp"

namespace sotto {

/// Secret bytes whose number is known only at run time, wiped when they go away. Moves, never copies, never prints.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(size_t size) : bytes_(size) {}
  explicit SecretBytes(ByteView bytes) : bytes_(bytes.begin(), bytes.end()) {}
  SecretBytes(SecretBytes&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
      wipe(bytes_);
      bytes_ = std::exchange(other.bytes_, {});
    }
    return *this;
  }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() { wipe(bytes_); }

  size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  ByteView view() const { return bytes_; }
  MutableByteView mutable_view() { return bytes_; }
  SecretBytes clone() const { return SecretBytes(view()); }

 private:
  Bytes bytes_;  // never grows: growing would leave a copy behind
};

}  // namespace sotto
