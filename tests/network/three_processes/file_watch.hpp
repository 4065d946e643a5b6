#pragma once

#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cstring>
#include <string>

namespace sotto::tools {

/// Waits for files that another process writes safely: under another name first, then renamed.
class FileWatch {
 public:
  explicit FileWatch(const std::string& folder) : descriptor_(::inotify_init1(IN_CLOEXEC)) {
    EXPECT_GE(::inotify_add_watch(descriptor_, folder.c_str(), IN_MOVED_TO), 0);
  }
  ~FileWatch() { ::close(descriptor_); }
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  /// Until a file of this name is put into the folder, since the watch began.
  bool wait_for(const std::string& name) {
    alignas(inotify_event) char events[4096];
    ssize_t size = 0;
    while ((size = ::read(descriptor_, events, sizeof events)) > 0) {
      inotify_event event{};
      for (const char* at = events; at < events + size; at += sizeof event + event.len) {
        std::memcpy(&event, at, sizeof event);
        if (event.len > 0 && name == at + sizeof event) return true;
      }
    }
    return false;
  }

 private:
  const int descriptor_;
};

}  // namespace sotto::tools
