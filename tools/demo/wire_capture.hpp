#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <sotto/result.hpp>

#include "base/bytes.hpp"

namespace sotto::tools {

/// Records all UDP datagrams of the loopback interface into a file that Wireshark reads, from a thread of its own.
class WireCapture {
 public:
  /// Needs root or CAP_NET_RAW.
  static Result<std::unique_ptr<WireCapture>> start(const std::string& file);
  ~WireCapture();
  WireCapture(const WireCapture&) = delete;
  WireCapture& operator=(const WireCapture&) = delete;

  /// Ends the recording; the file is complete then. Returns how many datagrams the kernel had no room for.
  uint64_t stop();

 private:
  class Recording;
  explicit WireCapture(std::unique_ptr<Recording> recording);
  std::unique_ptr<Recording> recording_;
};

/// Calls `on_frame` with each Ethernet frame of such a file.
Result<void> read_capture(const std::string& file, const std::function<void(ByteView frame)>& on_frame);

}  // namespace sotto::tools
