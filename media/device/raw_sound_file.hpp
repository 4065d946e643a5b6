#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>

#include <sotto/audio_format.hpp>
#include <sotto/result.hpp>

namespace sotto::media {

/// A file of 16-bit little-endian mono samples at 48 kHz without any header, to be played over and over. One thread.
class RawSoundFile {
 public:
  /// Fails with what to do about it if the file is missing, empty, or holds half a sample.
  static Result<RawSoundFile> open(const std::string& path);

  int64_t samples() const { return samples_; }  ///< at least 1

  /// Block `index` of 10 ms; behind the end of the file its beginning follows. Fails if the file cannot be read.
  Result<void> read_block(int64_t index, std::span<int16_t, kAudioBlockSamples> out);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  RawSoundFile(std::unique_ptr<std::FILE, Close> file, int64_t samples) : file_(std::move(file)), samples_(samples) {}

  std::unique_ptr<std::FILE, Close> file_;
  int64_t samples_;
  int64_t position_ = 0;
};

/// Writes such a file. One thread.
class RawSoundWriter {
 public:
  /// Creates the file, or empties it.
  static Result<RawSoundWriter> create(const std::string& path);

  Result<void> write(std::span<const int16_t> samples);
  /// Writes what is still buffered and closes; nothing may be written after it. A writer that goes away closes too, but
  /// cannot tell that the disk was full.
  Result<void> close();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  RawSoundWriter(std::unique_ptr<std::FILE, Close> file, std::string path)
      : file_(std::move(file)), path_(std::move(path)) {}

  std::unique_ptr<std::FILE, Close> file_;
  std::string path_;
};

}  // namespace sotto::media
