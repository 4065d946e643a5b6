#include "tools/bench_audio/arrival_trace.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>

#include "tools/demo/format.hpp"

namespace sotto::tools {
namespace {

constexpr std::string_view kHeader = "sequence,arrived_ms,bytes";
constexpr std::string_view kLost = "lost";
constexpr int64_t kHighestSequence = int64_t{1} << 48;
constexpr size_t kMostBytes = 65'535;  // of a UDP payload
// Far above what the longest trace can hold, and far below what an integer can.
constexpr double kLatestMs = 1e7;
// Three numbers and what separates them take less a line, remarks hardly more.
constexpr size_t kLongestText = ArrivalTrace::kMostLines * 100;

/// What of `text` stands before `separator`; takes it and the separator away.
std::string_view take_until(std::string_view& text, char separator) {
  const size_t at = std::min(text.find(separator), text.size());
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return taken;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  while (!text.empty() && kBlank.find(text.front()) != std::string_view::npos) text.remove_prefix(1);
  while (!text.empty() && kBlank.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  return text;
}

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Takes a trace line by line.
class Reader {
 public:
  /// What is wrong with the line, if anything is.
  std::optional<std::string> add(std::string_view line) {
    line = trim(line);
    if (line.empty() || line.front() == '#') return std::nullopt;
    if (!has_header_) {
      has_header_ = line == kHeader;
      return has_header_ ? std::nullopt : std::optional("the first line has to be " + std::string(kHeader));
    }
    if (trace_.packets.size() == ArrivalTrace::kMostLines) return "these are too many packets";
    const auto sequence = number_of<int64_t>(trim(take_until(line, ',')));
    const std::string_view arrived = trim(take_until(line, ','));
    const auto bytes = number_of<size_t>(trim(line));
    if (!sequence || *sequence < 0 || *sequence > kHighestSequence) return "sequence is no whole number from 0 on";
    if (!bytes || *bytes > kMostBytes) return "bytes is no whole number up to 65535";
    if (!first_) first_ = *sequence;
    TracePacket packet{.number = *sequence - *first_, .arrival = {}, .bytes = *bytes};
    if (packet.number < 0) return "the first packet does not have the lowest sequence number";
    if (packet.number >= ArrivalTrace::kMostPackets)
      return "this packet was sent ten minutes after the first, or later";
    if (arrived != kLost) {
      const auto ms = number_of<double>(arrived);
      if (!ms || !std::isfinite(*ms)) return "arrived_ms is neither a number nor lost";
      if (*ms < 0 || *ms > kLatestMs) return "arrived_ms is out of range";
      packet.arrival = Duration(std::llround(*ms * 1000));
      const Duration transit = ArrivalTrace::transit(packet);
      if (transit < Duration::zero()) return "this packet arrives before it is sent";
      if (transit > ArrivalTrace::kLongestTransit) return "this packet takes longer than a minute";
    }
    trace_.sent = std::max(trace_.sent, packet.number + 1);
    trace_.packets.push_back(packet);
    return std::nullopt;
  }

  ArrivalTrace take() { return std::move(trace_); }

 private:
  ArrivalTrace trace_;
  bool has_header_ = false;
  std::optional<int64_t> first_;
};

}  // namespace

Result<ArrivalTrace> parse_arrival_trace(std::string_view text) {
  Reader reader;
  for (size_t line = 1; !text.empty(); ++line) {
    if (const auto wrong = reader.add(take_until(text, '\n'))) {
      return Error{ErrorCode::kMalformed, "line " + std::to_string(line) + ": " + *wrong};
    }
  }
  ArrivalTrace trace = reader.take();
  if (trace.packets.empty()) return Error{ErrorCode::kMalformed, "there is no packet in this trace"};
  return trace;
}

Result<ArrivalTrace> read_arrival_trace(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  const auto cannot_read = [&] {
    return Error{ErrorCode::kUnavailable, "cannot read " + path + ": " + std::strerror(errno)};
  };
  if (!file) return cannot_read();
  std::string text(kLongestText + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0) return cannot_read();
  if (text.size() > kLongestText) return Error{ErrorCode::kMalformed, path + " is too long for a trace"};
  auto trace = parse_arrival_trace(text);
  if (!trace) return Error{trace.error().code, path + ", " + trace.error().message};
  return trace;
}

std::string arrival_trace_text(const ArrivalTrace& trace, std::string_view remark) {
  std::string text = "# " + std::string(remark) + "\n" + std::string(kHeader) + "\n";
  for (const TracePacket& packet : trace.packets) {
    text += std::to_string(packet.number) + ",";
    text += packet.arrival ? format("%.3f", to_milliseconds(*packet.arrival)) : std::string(kLost);
    text += "," + std::to_string(packet.bytes) + "\n";
  }
  return text;
}

}  // namespace sotto::tools
