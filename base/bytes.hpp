#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace sotto {

using Bytes = std::vector<uint8_t>;
using ByteView = std::span<const uint8_t>;
using MutableByteView = std::span<uint8_t>;

/// The bytes of a text, without a terminating zero.
inline ByteView as_bytes(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }

inline void append(Bytes& to, ByteView what) { to.insert(to.end(), what.begin(), what.end()); }

/// Reads big-endian integers from the front of a view. It cannot overrun: once something does not fit, it has failed
/// for good and reads zeros and empty views; so a parser reads all fields and then asks ok() once.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : rest_(bytes) {}

  uint8_t u8() { return static_cast<uint8_t>(integer(1)); }
  uint16_t u16() { return static_cast<uint16_t>(integer(2)); }
  uint32_t u24() { return static_cast<uint32_t>(integer(3)); }
  uint32_t u32() { return static_cast<uint32_t>(integer(4)); }
  uint64_t u64() { return integer(8); }

  /// The next `count` bytes, as a view into the input; empty if they are not there.
  ByteView take(size_t count) {
    if (failed_ || count > rest_.size()) {
      fail();
      return {};
    }
    const ByteView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  /// Fills `out` from the input; with zeros if the input is too short.
  void copy_to(MutableByteView out) {
    const ByteView taken = take(out.size());
    if (taken.empty()) {
      std::fill(out.begin(), out.end(), uint8_t{0});
    } else {
      std::copy(taken.begin(), taken.end(), out.begin());
    }
  }
  void skip(size_t count) { (void)take(count); }

  /// Everything that is left, without consuming it.
  ByteView rest() const { return rest_; }
  size_t remaining() const { return rest_.size(); }
  bool at_end() const { return rest_.empty(); }

  bool ok() const { return !failed_; }
  /// Makes the reader fail, for a parser that finds something wrong.
  void fail() {
    failed_ = true;
    rest_ = {};
  }

 private:
  uint64_t integer(size_t count) {
    uint64_t value = 0;
    for (const uint8_t byte : take(count)) value = value << 8 | byte;
    return value;
  }

  ByteView rest_;
  bool failed_ = false;
};

/// Writes big-endian integers to the front of a view. Once something does not fit it has failed for good and writes
/// nothing more.
class ByteWriter {
 public:
  explicit ByteWriter(MutableByteView out) : out_(out) {}

  void u8(uint8_t value) { integer(value, 1); }
  void u16(uint16_t value) { integer(value, 2); }
  void u24(uint32_t value) { integer(value, 3); }
  void u32(uint32_t value) { integer(value, 4); }
  void u64(uint64_t value) { integer(value, 8); }

  void bytes(ByteView value) {
    if (failed_ || value.size() > out_.size() - position_) {
      failed_ = true;
      return;
    }
    std::copy(value.begin(), value.end(), out_.begin() + static_cast<std::ptrdiff_t>(position_));
    position_ += value.size();
  }
  void zeros(size_t count) {
    for (size_t i = 0; i < count; ++i) u8(0);
  }

  size_t size() const { return position_; }
  size_t remaining() const { return out_.size() - position_; }
  bool ok() const { return !failed_; }
  /// What was written so far.
  MutableByteView written() const { return out_.first(position_); }

 private:
  void integer(uint64_t value, size_t count) {
    if (failed_ || count > out_.size() - position_) {
      failed_ = true;
      return;
    }
    for (size_t i = 0; i < count; ++i) out_[position_ + i] = static_cast<uint8_t>(value >> (8 * (count - 1 - i)));
    position_ += count;
  }

  MutableByteView out_;
  size_t position_ = 0;
  bool failed_ = false;
};

}  // namespace sotto
