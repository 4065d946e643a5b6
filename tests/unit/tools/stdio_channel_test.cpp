#include "tools/harness/stdio_channel.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <numeric>
#include <optional>

#include <nlohmann/json.hpp>

#include "tools/harness/line_reader.hpp"

namespace sotto::tools {
namespace {

Envelope some_envelope(size_t blob_size) {
  Envelope envelope;
  std::iota(envelope.account.begin(), envelope.account.end(), uint8_t{1});
  std::iota(envelope.device.begin(), envelope.device.end(), uint8_t{101});
  envelope.blob.resize(blob_size);
  std::iota(envelope.blob.begin(), envelope.blob.end(), uint8_t{0});
  return envelope;
}

void expect_same(const Envelope& a, const Envelope& b) {
  EXPECT_EQ(a.account, b.account);
  EXPECT_EQ(a.device, b.device);
  EXPECT_EQ(a.blob, b.blob);
}

class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe(ends_.data()), 0); }
  ~Pipe() {
    for (const int end : ends_) ::close(end);
  }
  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }

 private:
  std::array<int, 2> ends_{};
};

TEST(EnvelopeText, BringsBackEnvelopesOfEachSize) {
  for (const size_t size : {size_t{0}, size_t{1}, size_t{1148}, kMaxBlobSize}) {
    const Envelope envelope = some_envelope(size);
    const Result<Envelope> decoded = decode_envelope(encode_envelope(envelope));
    ASSERT_TRUE(decoded.ok()) << decoded.error().message;
    expect_same(decoded.value(), envelope);
  }
}

TEST(EnvelopeText, RefusesWhatIsNoEnvelope) {
  EXPECT_FALSE(decode_envelope("not base64!").ok());
  EXPECT_FALSE(decode_envelope("").ok());
  EXPECT_FALSE(decode_envelope(encode_envelope(some_envelope(0)).substr(4)).ok());
  EXPECT_FALSE(decode_envelope(encode_envelope(some_envelope(kMaxBlobSize + 1))).ok());
}

TEST(StdioSignalingChannel, WritesAnEnvelopeAsOneLineOfJson) {
  const Pipe pipe;
  const Envelope envelope = some_envelope(300);
  {
    LineWriter writer(pipe.writer());
    StdioSignalingChannel channel(writer);
    EXPECT_TRUE(channel.send(envelope).ok());
  }
  LineReader reader(pipe.reader());
  const std::optional<std::string> line = reader.next();
  ASSERT_TRUE(line.has_value());
  const nlohmann::json message = nlohmann::json::parse(*line);
  const Result<Envelope> decoded = decode_envelope(message["signal"]["envelope"].get<std::string>());
  ASSERT_TRUE(decoded.ok());
  expect_same(decoded.value(), envelope);
}

TEST(StdioSignalingChannel, RefusesABlobThatIsTooLarge) {
  const Pipe pipe;
  LineWriter writer(pipe.writer());
  StdioSignalingChannel channel(writer);
  const Result<void> sent = channel.send(some_envelope(kMaxBlobSize + 1));
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code, ErrorCode::kInvalidArgument);
}

TEST(StdioSignalingChannel, HandsOverOnlyBetweenStartAndStop) {
  const Pipe pipe;
  LineWriter writer(pipe.writer());
  StdioSignalingChannel channel(writer);
  const std::string text = encode_envelope(some_envelope(10));
  int received = 0;
  EXPECT_TRUE(channel.deliver(text).ok());
  channel.start([&](const Envelope&) { ++received; });
  EXPECT_TRUE(channel.deliver(text).ok());
  channel.stop();
  EXPECT_TRUE(channel.deliver(text).ok());
  EXPECT_EQ(received, 1);
}

TEST(StdioSignalingChannel, MayBeStoppedByTheCallback) {
  const Pipe pipe;
  LineWriter writer(pipe.writer());
  StdioSignalingChannel channel(writer);
  int received = 0;
  channel.start([&](const Envelope&) {
    ++received;
    channel.stop();
  });
  EXPECT_TRUE(channel.deliver(encode_envelope(some_envelope(10))).ok());
  EXPECT_TRUE(channel.deliver(encode_envelope(some_envelope(10))).ok());
  EXPECT_EQ(received, 1);
}

}  // namespace
}  // namespace sotto::tools
