#include "tools/harness/frame_writer.hpp"

#include <cstdio>
#include <utility>

#include "tools/harness/write_file.hpp"

namespace sotto::tools {
namespace {

constexpr size_t kMaxWaiting = 4;  // pictures; the decoder's pool is small

}  // namespace

FrameWriter::FrameWriter(std::string folder) : folder_(std::move(folder)), thread_([this] { run(); }) {}

FrameWriter::~FrameWriter() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void FrameWriter::write(VideoFrame frame, int64_t number) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= kMaxWaiting) return;
    queue_.push_back({std::move(frame), number});
  }
  wake_.notify_one();
}

void FrameWriter::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return closing_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const Entry entry = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    const std::string path = folder_ + "/" + std::to_string(entry.number) + "_" + std::to_string(entry.frame.width()) +
                             "x" + std::to_string(entry.frame.height()) + ".i420";
    const Result<void> written = write_file(path, entry.frame.buffer->bytes());
    if (!written.ok()) std::fprintf(stderr, "sotto: %s\n", written.error().message.c_str());
    lock.lock();
  }
}

}  // namespace sotto::tools
