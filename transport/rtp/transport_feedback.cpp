#include "transport/rtp/transport_feedback.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace sotto::transport {
namespace {

// Status symbols, section 3.1.1. The fourth is reserved.
enum class Status : uint8_t { kMissing = 0, kSmallDelta = 1, kLargeDelta = 2 };

constexpr uint16_t kVectorBit = 0x8000;
constexpr uint16_t kTwoBitsBit = 0x4000;
constexpr unsigned kMaxRun = 0x1fff;
constexpr unsigned kOneBitSymbols = 14;
constexpr unsigned kTwoBitSymbols = 7;
constexpr uint32_t kReferenceMask = 0xffffff;

/// A packet status chunk, 16 bits:
///   run length     |0| S |      length (13)      |
///   14 x one bit   |1|0|    symbols (14)         |
///   7 x two bits   |1|1|    symbols (7 x 2)      |
class Chunk {
 public:
  explicit Chunk(uint16_t bits) : bits_(bits) {}

  unsigned size() const {
    if ((bits_ & kVectorBit) == 0) return bits_ & kMaxRun;
    return (bits_ & kTwoBitsBit) != 0 ? kTwoBitSymbols : kOneBitSymbols;
  }
  bool is_run_of_missing() const { return (bits_ & ~kMaxRun) == 0; }
  /// The two bits of a symbol, which may be the reserved one.
  unsigned symbol(unsigned index) const {
    if ((bits_ & kVectorBit) == 0) return bits_ >> 13 & 3u;
    if ((bits_ & kTwoBitsBit) != 0) return bits_ >> (2 * (kTwoBitSymbols - 1 - index)) & 3u;
    return bits_ >> (kOneBitSymbols - 1 - index) & 1u;
  }

 private:
  uint16_t bits_;
};

/// Takes the chunks for `status_count` packets off the reader.
ByteView take_chunks(ByteReader& reader, unsigned status_count) {
  ByteReader ahead = reader;
  size_t size = 0;
  for (unsigned covered = 0; covered < status_count && ahead.ok(); size += 2) {
    const unsigned more = Chunk(ahead.u16()).size();
    if (more == 0) ahead.fail();  // An empty run says nothing and could be repeated without end.
    covered += more;
  }
  if (!ahead.ok()) reader.fail();
  return reader.take(size);
}

int64_t read_delta(ByteReader& deltas, unsigned symbol) {
  switch (symbol) {
    case static_cast<unsigned>(Status::kSmallDelta):
      return deltas.u8();
    case static_cast<unsigned>(Status::kLargeDelta):
      return static_cast<int16_t>(deltas.u16());
  }
  deltas.fail();
  return 0;
}

/// Walks the statuses of a feedback message to be written, in order.
class StatusCursor {
 public:
  explicit StatusCursor(const TransportFeedback& feedback)
      : arrivals_(feedback.arrivals),
        status_count_(feedback.status_count),
        previous_ticks_(feedback.reference * TransportFeedback::kTicksPerReference) {}

  bool at_end() const { return position_ == status_count_; }
  Status status() const {
    if (next_ == arrivals_.size() || arrivals_[next_].offset != position_) return Status::kMissing;
    return delta() >= 0 && delta() <= UINT8_MAX ? Status::kSmallDelta : Status::kLargeDelta;
  }
  /// Of a packet that arrived: time since the one before.
  int64_t delta() const { return arrivals_[next_].ticks - previous_ticks_; }
  void advance() {
    if (status() != Status::kMissing) previous_ticks_ = arrivals_[next_++].ticks;
    ++position_;
  }

 private:
  std::span<const TransportFeedback::Arrival> arrivals_;
  unsigned status_count_;
  int64_t previous_ticks_;
  unsigned position_ = 0;
  size_t next_ = 0;
};

/// Whichever chunk says most about what comes next; moves the cursor behind it.
uint16_t next_chunk(StatusCursor& cursor) {
  const Status first = cursor.status();
  StatusCursor ahead = cursor;
  unsigned run = 0;
  for (; run < kMaxRun && !ahead.at_end() && ahead.status() == first; ++run) ahead.advance();
  if (run >= kOneBitSymbols || ahead.at_end() || (run >= kTwoBitSymbols && first == Status::kLargeDelta)) {
    cursor = ahead;
    return static_cast<uint16_t>(static_cast<unsigned>(first) << 13 | run);
  }

  unsigned one_bit = 0;
  ahead = cursor;
  for (unsigned i = 0; i < kOneBitSymbols; ++i) {
    const Status status = ahead.at_end() ? Status::kMissing : ahead.status();
    if (status == Status::kLargeDelta) break;
    one_bit |= static_cast<unsigned>(status) << (kOneBitSymbols - 1 - i);
    if (!ahead.at_end()) ahead.advance();
    if (i == kOneBitSymbols - 1) {
      cursor = ahead;
      return static_cast<uint16_t>(kVectorBit | one_bit);
    }
  }

  unsigned two_bits = 0;
  for (unsigned i = 0; i < kTwoBitSymbols && !cursor.at_end(); ++i, cursor.advance()) {
    two_bits |= static_cast<unsigned>(cursor.status()) << (2 * (kTwoBitSymbols - 1 - i));
  }
  return static_cast<uint16_t>(kVectorBit | kTwoBitsBit | two_bits);
}

}  // namespace

bool parse_transport_feedback(const FeedbackMessage& message, TransportFeedback& into) {
  ByteReader reader(message.control);
  into.sender = message.sender;
  into.media = message.media;
  into.base = SequenceNumber(reader.u16());
  into.status_count = reader.u16();
  into.reference = reader.u24();
  into.feedback_count = reader.u8();
  into.arrivals.clear();
  ByteReader chunks(take_chunks(reader, into.status_count));
  if (!reader.ok() || into.status_count == 0) return false;

  ByteReader deltas(reader.rest());
  int64_t ticks = into.reference * TransportFeedback::kTicksPerReference;
  for (unsigned position = 0; position < into.status_count;) {
    const Chunk chunk(chunks.u16());
    const unsigned end = std::min<unsigned>(position + chunk.size(), into.status_count);
    if (chunk.is_run_of_missing()) {
      position = end;
      continue;
    }
    for (unsigned index = 0; position < end; ++position, ++index) {
      const unsigned symbol = chunk.symbol(index);
      if (symbol == static_cast<unsigned>(Status::kMissing)) continue;
      ticks += read_delta(deltas, symbol);
      if (!deltas.ok()) return false;
      into.arrivals.push_back({.offset = static_cast<uint16_t>(position), .ticks = ticks});
    }
  }
  return true;
}

void write_transport_feedback(ByteWriter& out, const TransportFeedback& feedback) {
  // The sizes go into the header, so the chunks are made twice: once to count them, once to write them.
  size_t chunks = 0;
  for (StatusCursor cursor(feedback); !cursor.at_end(); ++chunks) (void)next_chunk(cursor);
  size_t deltas = 0;
  for (StatusCursor cursor(feedback); !cursor.at_end(); cursor.advance())
    deltas += static_cast<size_t>(cursor.status());
  const size_t unpadded = 16 + 2 * chunks + deltas;
  const size_t padding = (4 - unpadded % 4) % 4;

  write_rtcp_header(out, RtcpType::kTransportFeedback, kTransportWideFormat, unpadded + padding);
  out.u32(feedback.sender.value());
  out.u32(feedback.media.value());
  out.u16(feedback.base.value());
  out.u16(feedback.status_count);
  out.u24(static_cast<uint32_t>(feedback.reference) & kReferenceMask);
  out.u8(feedback.feedback_count);
  for (StatusCursor cursor(feedback); !cursor.at_end();) out.u16(next_chunk(cursor));
  for (StatusCursor cursor(feedback); !cursor.at_end(); cursor.advance()) {
    switch (cursor.status()) {
      case Status::kMissing:
        break;
      case Status::kSmallDelta:
        out.u8(static_cast<uint8_t>(cursor.delta()));
        break;
      case Status::kLargeDelta:
        SOTTO_ASSERT(cursor.delta() >= INT16_MIN && cursor.delta() <= INT16_MAX);
        out.u16(static_cast<uint16_t>(cursor.delta()));
        break;
    }
  }
  // Section 3.1 fills up with zeros that nothing counts: the statuses say how many deltas there are.
  out.zeros(padding);
}

}  // namespace sotto::transport
