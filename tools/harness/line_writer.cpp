#include "tools/harness/line_writer.hpp"

#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

namespace sotto::tools {
namespace {

constexpr size_t kMaxQueued = 4 << 20;  // bytes; signalling and events of a call are some kilobytes

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<size_t>(count));
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace

LineWriter::LineWriter(int descriptor) : descriptor_(descriptor), thread_([this] { run(); }) {}

LineWriter::~LineWriter() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool LineWriter::write(std::string_view line) {
  {
    const std::lock_guard lock(mutex_);
    if (broken_ || queued_.size() + line.size() > kMaxQueued) return false;
    queued_.append(line).push_back('\n');
  }
  wake_.notify_one();
  return true;
}

void LineWriter::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return closing_ || !queued_.empty(); });
    if (queued_.empty()) return;
    const std::string batch = std::exchange(queued_, {});
    lock.unlock();
    const bool written = write_all(descriptor_, batch);
    lock.lock();
    if (!written) {
      broken_ = true;
      queued_.clear();
    }
  }
}

}  // namespace sotto::tools
