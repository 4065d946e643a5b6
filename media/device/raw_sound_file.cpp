#include "media/device/raw_sound_file.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

namespace sotto::media {

static_assert(std::endian::native == std::endian::little, "samples are read and written as they are");

Result<RawSoundFile> RawSoundFile::open(const std::string& path) {
  std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return Error{ErrorCode::kUnavailable, path + ": " + std::strerror(errno)};
  struct stat status {};
  if (::fstat(::fileno(file.get()), &status) != 0 || !S_ISREG(status.st_mode)) {
    return Error{ErrorCode::kInvalidArgument, path + ": is not a regular file"};
  }
  if (status.st_size == 0) return Error{ErrorCode::kInvalidArgument, path + ": is empty"};
  if (status.st_size % 2 != 0) {
    return Error{ErrorCode::kInvalidArgument,
                 path + ": its " + std::to_string(status.st_size) +
                     " bytes are no whole number of 16-bit samples; expected raw s16le, mono, 48 kHz"};
  }
  return RawSoundFile(std::move(file), status.st_size / 2);
}

Result<void> RawSoundFile::read_block(int64_t index, std::span<int16_t, kAudioBlockSamples> out) {
  int64_t from = index * static_cast<int64_t>(out.size()) % samples_;
  size_t done = 0;
  while (done < out.size()) {
    if (from != position_ && std::fseek(file_.get(), static_cast<long>(from * 2), SEEK_SET) != 0) {
      return Error{ErrorCode::kUnavailable, std::string("reading sound: ") + std::strerror(errno)};
    }
    const size_t wanted = std::min(out.size() - done, static_cast<size_t>(samples_ - from));
    const size_t got = std::fread(out.data() + done, 2, wanted, file_.get());
    if (got != wanted) {
      position_ = -1;
      return Error{ErrorCode::kUnavailable, "reading sound: the file has become shorter or cannot be read"};
    }
    done += got;
    position_ = from + static_cast<int64_t>(got);
    from = position_ % samples_;
  }
  return {};
}

Result<RawSoundWriter> RawSoundWriter::create(const std::string& path) {
  std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "wbe"));
  if (!file) return Error{ErrorCode::kUnavailable, path + ": " + std::strerror(errno)};
  return RawSoundWriter(std::move(file), path);
}

Result<void> RawSoundWriter::write(std::span<const int16_t> samples) {
  if (std::fwrite(samples.data(), 2, samples.size(), file_.get()) != samples.size()) {
    return Error{ErrorCode::kUnavailable, path_ + ": " + std::strerror(errno)};
  }
  return {};
}

Result<void> RawSoundWriter::close() {
  if (std::fclose(file_.release()) != 0) return Error{ErrorCode::kUnavailable, path_ + ": " + std::strerror(errno)};
  return {};
}

}  // namespace sotto::media
