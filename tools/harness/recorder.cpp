#include "tools/harness/recorder.hpp"

#include <bit>
#include <initializer_list>
#include <utility>

#include "tools/harness/write_file.hpp"

namespace sotto::tools {
namespace {

// Room for a minute from the start, so that nothing is copied on the capture and playing threads. Untouched memory
// costs nothing.
constexpr size_t kBlocks = 6000;
constexpr size_t kFrames = 1800;

/// Comma-separated whole numbers, a row a line.
class Table {
 public:
  void row(std::initializer_list<int64_t> cells) {
    const char* separator = "";
    for (const int64_t cell : cells) {
      text_ += separator;
      text_ += std::to_string(cell);
      separator = ",";
    }
    text_ += '\n';
  }
  Result<void> write(const std::string& path) const { return write_file(path, as_bytes(text_)); }

 private:
  std::string text_;
};

int64_t microseconds(Timestamp time) { return time.time_since_epoch().count(); }

Table table_of(const std::vector<Timestamp>& times) {
  Table table;
  for (const Timestamp time : times) table.row({microseconds(time)});
  return table;
}

}  // namespace

Recorder::Recorder() {
  sent_blocks_.reserve(kBlocks);
  sent_frames_.reserve(kFrames);
  played_blocks_.reserve(kBlocks);
  played_samples_.reserve(kBlocks * kAudioBlockSamples);
  shown_frames_.reserve(kFrames);
}

void Recorder::sent_block(Timestamp time) {
  const std::lock_guard lock(mutex_);
  sent_blocks_.push_back(time);
}

void Recorder::sent_frame(int64_t number, Timestamp time) {
  const std::lock_guard lock(mutex_);
  sent_frames_.push_back({number, time});
}

void Recorder::played_block(std::span<const int16_t, kAudioBlockSamples> block, Timestamp time) {
  const std::lock_guard lock(mutex_);
  played_blocks_.push_back(time);
  played_samples_.insert(played_samples_.end(), block.begin(), block.end());
}

void Recorder::shown_frame(int64_t number, Timestamp time, int width, int height) {
  const std::lock_guard lock(mutex_);
  shown_frames_.push_back({number, time, width, height});
  if (number < 0) ++unreadable_;
}

int64_t Recorder::unreadable_frames() const {
  const std::lock_guard lock(mutex_);
  return unreadable_;
}

Result<void> Recorder::write(const std::string& folder) const {
  static_assert(std::endian::native == std::endian::little, "samples are written as they lie in memory");
  const std::lock_guard lock(mutex_);
  Table sent_frames, shown_frames;
  for (const SentFrame& frame : sent_frames_) sent_frames.row({frame.number, microseconds(frame.time)});
  for (const ShownFrame& frame : shown_frames_) {
    shown_frames.row({frame.number, microseconds(frame.time), frame.width, frame.height});
  }
  const auto samples = reinterpret_cast<const uint8_t*>(played_samples_.data());
  for (const Result<void>& written :
       {sent_frames.write(folder + "/sent_video.csv"), shown_frames.write(folder + "/recv_video.csv"),
        table_of(sent_blocks_).write(folder + "/sent_audio.csv"),
        table_of(played_blocks_).write(folder + "/recv_audio.csv"),
        write_file(folder + "/recv_audio.s16", {samples, played_samples_.size() * sizeof(int16_t)})}) {
    if (!written.ok()) return written;
  }
  return {};
}

}  // namespace sotto::tools
