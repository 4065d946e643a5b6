#include "media/device/raw_video_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/assert.hpp"

namespace sotto::media {
namespace {

constexpr int kLargestSide = 4096;  // pixels

Error unusable(const std::string& path, const std::string& reason) {
  return {ErrorCode::kInvalidArgument, path + ": " + reason};
}

}  // namespace

Result<RawVideoFile> RawVideoFile::open(const std::string& path, int width, int height) {
  if (width < 1 || height < 1 || width > kLargestSide || height > kLargestSide) {
    return unusable(path, "pictures of " + std::to_string(width) + "x" + std::to_string(height) +
                              " pixels are not supported; both sides are 1 to 4096");
  }
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return Error{ErrorCode::kUnavailable, path + ": " + std::strerror(errno)};
  RawVideoFile file(descriptor, width, height, 0);  // Closes the descriptor whatever is found.
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return unusable(path, "is not a regular file");
  const auto picture = static_cast<int64_t>(VideoBuffer::byte_size(width, height));
  if (status.st_size == 0) return unusable(path, "is empty");
  if (status.st_size % picture != 0) {
    return unusable(path, "its " + std::to_string(status.st_size) + " bytes are no whole number of I420 pictures of " +
                              std::to_string(width) + "x" + std::to_string(height) + " (" + std::to_string(picture) +
                              " bytes each); is the size right?");
  }
  file.frames_ = status.st_size / picture;
  return file;
}

RawVideoFile::RawVideoFile(int descriptor, int width, int height, int64_t frames)
    : descriptor_(descriptor),
      width_(width),
      height_(height),
      frames_(frames),
      pool_(VideoBufferPool::create(width, height)) {}

RawVideoFile::RawVideoFile(RawVideoFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      width_(other.width_),
      height_(other.height_),
      frames_(other.frames_),
      pool_(std::move(other.pool_)) {}

RawVideoFile& RawVideoFile::operator=(RawVideoFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(pool_, other.pool_);
  width_ = other.width_;
  height_ = other.height_;
  frames_ = other.frames_;
  return *this;
}

RawVideoFile::~RawVideoFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::shared_ptr<VideoBuffer>> RawVideoFile::frame(int64_t index) {
  SOTTO_ASSERT(index >= 0 && index < frames_);
  std::shared_ptr<VideoBuffer> buffer = pool_->take();
  const std::span<uint8_t> bytes = buffer->bytes();
  size_t done = 0;
  while (done < bytes.size()) {
    const auto offset = static_cast<off_t>(index) * static_cast<off_t>(bytes.size()) + static_cast<off_t>(done);
    const ssize_t got = ::pread(descriptor_, bytes.data() + done, bytes.size() - done, offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error{ErrorCode::kUnavailable, std::string("reading a picture: ") + std::strerror(errno)};
    if (got == 0) return Error{ErrorCode::kUnavailable, "reading a picture: the file has become shorter"};
    done += static_cast<size_t>(got);
  }
  return buffer;
}

int64_t ping_pong_index(int64_t position, int64_t frames) {
  const int64_t place = position % (2 * frames);
  return place < frames ? place : 2 * frames - 1 - place;
}

}  // namespace sotto::media
