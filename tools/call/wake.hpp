#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

namespace sotto::tools {

/// Lets callbacks of other threads wake a loop that polls.
class Wake {
 public:
  Wake() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  ~Wake() { close(descriptor_); }
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;

  /// Readable after notify(), until clear().
  int descriptor() const { return descriptor_; }
  void notify() {
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(descriptor_, &one, sizeof one);
  }
  void clear() {
    uint64_t count = 0;
    [[maybe_unused]] const ssize_t taken = read(descriptor_, &count, sizeof count);
  }

 private:
  const int descriptor_;
};

}  // namespace sotto::tools
