#include "tools/demo/recording.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>

#include <sotto/audio_format.hpp>

namespace sotto::tools {
namespace {

using Row = std::vector<int64_t>;

/// The rows of whole numbers of a file; fails if it holds anything else.
Result<std::vector<Row>> load_table(const std::string& path, size_t columns) {
  std::ifstream file(path);
  if (!file) return Error{ErrorCode::kUnavailable, "cannot read " + path};
  std::vector<Row> rows;
  std::string line;
  while (std::getline(file, line)) {
    Row row;
    const char* at = line.data();
    const char* const end = line.data() + line.size();
    while (at < end) {
      int64_t cell = 0;
      const auto [next, failed] = std::from_chars(at, end, cell);
      if (failed != std::errc() || (next != end && *next != ',')) break;
      row.push_back(cell);
      at = next == end ? end : next + 1;
    }
    if (row.size() != columns) return Error{ErrorCode::kMalformed, path + ": cannot be understood: " + line};
    rows.push_back(std::move(row));
  }
  return rows;
}

Timestamp at(int64_t microseconds) { return Timestamp(Duration(microseconds)); }

Result<std::vector<Timestamp>> load_times(const std::string& path) {
  const Result<std::vector<Row>> rows = load_table(path, 1);
  if (!rows.ok()) return rows.error();
  std::vector<Timestamp> times;
  for (const Row& row : rows.value()) times.push_back(at(row[0]));
  return times;
}

Result<std::vector<int16_t>> load_samples(const std::string& path) {
  std::error_code failed;
  const uintmax_t size = std::filesystem::file_size(path, failed);
  std::ifstream file(path, std::ios::binary);
  if (failed || !file) return Error{ErrorCode::kUnavailable, "cannot read " + path};
  std::vector<int16_t> samples(size / sizeof(int16_t));
  file.read(reinterpret_cast<char*>(samples.data()), static_cast<std::streamsize>(samples.size() * sizeof(int16_t)));
  if (!file) return Error{ErrorCode::kUnavailable, "cannot read " + path};
  return samples;
}

std::map<int64_t, Recording::KeptFrame> find_kept_frames(const std::string& folder) {
  std::map<int64_t, Recording::KeptFrame> frames;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    int number = 0;
    Recording::KeptFrame frame{.file = entry.path().string()};
    std::array<char, 6> ending{};
    if (std::sscanf(entry.path().filename().c_str(), "%9d_%4dx%4d%5s", &number, &frame.width, &frame.height,
                    ending.data()) == 4 &&
        std::string_view(ending.data()) == ".i420") {
      frames[number] = std::move(frame);
    }
  }
  return frames;
}

Result<std::vector<CallSample>> load_statistics(const std::string& path) {
  if (!std::filesystem::exists(path)) return std::vector<CallSample>();
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return samples_from_text(text.view());
}

}  // namespace

Result<Recording> Recording::load(const std::string& folder) {
  Recording recording;
  Result<std::vector<Timestamp>> sent_blocks = load_times(folder + "/sent_audio.csv");
  if (!sent_blocks.ok()) return sent_blocks.error();
  recording.sent_blocks = std::move(sent_blocks).value();
  Result<std::vector<Timestamp>> played_blocks = load_times(folder + "/recv_audio.csv");
  if (!played_blocks.ok()) return played_blocks.error();
  recording.played_blocks = std::move(played_blocks).value();
  Result<std::vector<int16_t>> samples = load_samples(folder + "/recv_audio.s16");
  if (!samples.ok()) return samples.error();
  recording.played_samples = std::move(samples).value();
  recording.played_samples.resize(recording.played_blocks.size() * kAudioBlockSamples);

  const Result<std::vector<Row>> sent = load_table(folder + "/sent_video.csv", 2);
  if (!sent.ok()) return sent.error();
  for (const Row& row : sent.value()) recording.sent_frames[row[0]] = at(row[1]);
  const Result<std::vector<Row>> shown = load_table(folder + "/recv_video.csv", 4);
  if (!shown.ok()) return shown.error();
  for (const Row& row : shown.value()) recording.shown_frames.push_back({row[0], at(row[1])});
  recording.kept_frames = find_kept_frames(folder + "/frames");
  Result<std::vector<CallSample>> statistics = load_statistics(statistics_file(folder));
  if (!statistics.ok()) return statistics.error();
  recording.statistics = std::move(statistics).value();
  return recording;
}

}  // namespace sotto::tools
