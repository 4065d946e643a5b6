#include "signaling/handshake/data_stream.hpp"

#include <gtest/gtest.h>

#include "signaling/handshake/blob_layout.hpp"

namespace sotto::signaling {
namespace {

class DataStream : public testing::Test {
 protected:
  /// Sends a message and acknowledges it at once.
  Result<SentBlob> send() {
    Result<SentBlob> sent = sender_.seal(Bytes{1, 2, 3}, 0, false);
    if (sent) {
      EXPECT_TRUE(sender_.on_acknowledged(sent->n + 1));
    }
    return sent;
  }
  Result<Bytes> decrypt(const SentBlob& sent) {
    return receiver_.decrypt(sent.n, ByteView(sent.blob).subspan(kDataPrefixSize));
  }

  Secret<32> key_{std::array<uint8_t, 32>{7}};
  DataSender sender_{SessionId{}, key_};
  DataReceiver receiver_{key_};
};

TEST_F(DataStream, NeverUsesANumberTwice) {
  for (uint64_t n = 0; n < 1000; ++n) EXPECT_EQ(send()->n, n);
}

TEST_F(DataStream, EndsAfterAMillionMessages) {
  for (uint64_t n = 0; n < kMaxMessages; ++n) {
    const Result<SentBlob> sent = send();
    ASSERT_TRUE(sent.ok());
    ASSERT_TRUE(decrypt(*sent).ok());
    receiver_.take(n, 0, std::nullopt);
    (void)receiver_.next_in_order();
  }
  EXPECT_EQ(receiver_.in_order(), kMaxMessages);
  EXPECT_EQ(send().error().code, ErrorCode::kRefused);
  EXPECT_EQ(receiver_.decrypt(kMaxMessages, Bytes(kTagSize)).error().code, ErrorCode::kRefused);
}

TEST_F(DataStream, DoesNotBelieveAnAcknowledgementOfWhatWasNeverSent) {
  ASSERT_TRUE(sender_.seal(Bytes{1}, 0, false).ok());
  EXPECT_FALSE(sender_.on_acknowledged(2));
  EXPECT_EQ(sender_.unacknowledged().size(), 1u);
  EXPECT_TRUE(sender_.on_acknowledged(1));
  EXPECT_TRUE(sender_.unacknowledged().empty());
}

TEST_F(DataStream, TakesAnOldAcknowledgementForNothing) {
  ASSERT_TRUE(send().ok());
  ASSERT_TRUE(send().ok());
  EXPECT_TRUE(sender_.on_acknowledged(1));
  EXPECT_FALSE(sender_.window_full());
}

TEST_F(DataStream, AFailedMessageUsesUpNothing) {
  EXPECT_EQ(sender_.seal(Bytes(4095), 0, false).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(sender_.seal(Bytes(4094), 0, false)->n, 0u);
}

TEST_F(DataStream, WaitsForNoMoreThanItsWindowWhateverThePeerSays) {
  (void)sender_.seal(Bytes{1}, 0, false);
  receiver_.take(63, UINT32_MAX, DataPayload{});
  EXPECT_EQ(receiver_.next_in_order().size(), 1u);
  EXPECT_EQ(receiver_.in_order(), 64u);
}

}  // namespace
}  // namespace sotto::signaling
