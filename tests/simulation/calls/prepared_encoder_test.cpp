#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "engine/simulation/modelled_codecs.hpp"
#include "engine/simulation/simulated_call.hpp"

namespace sotto::simulation {
namespace {

using testing::IsEmpty;

/// The modelled codec, with a look at what becomes of its encoders.
class WatchedCodec final : public media::VideoCodec {
 public:
  Result<std::unique_ptr<media::VideoEncoder>> make_encoder(const media::Vp8EncoderOptions& options) const override {
    auto made = codec_.make_encoder(options);
    if (!made) return made.error();
    ++encoders;
    return std::unique_ptr<media::VideoEncoder>(std::make_unique<Watched>(std::move(*made), pictures));
  }
  std::unique_ptr<media::VideoDecoder> make_decoder(int max_width, int max_height, int threads) const override {
    ++decoders;
    return codec_.make_decoder(max_width, max_height, threads);
  }

  mutable int encoders = 0;
  mutable int decoders = 0;
  mutable int pictures = 0;  ///< encoded

 private:
  class Watched final : public media::VideoEncoder {
   public:
    Watched(std::unique_ptr<media::VideoEncoder> encoder, int& pictures)
        : encoder_(std::move(encoder)), pictures_(pictures) {}
    Result<media::Vp8Picture> encode(const VideoBuffer& picture, Duration time, Duration duration,
                                     bool key_frame) override {
      ++pictures_;
      return encoder_->encode(picture, time, duration, key_frame);
    }
    Result<void> set_target(DataRate target) override { return encoder_->set_target(target); }
    const media::Vp8EncoderOptions& options() const override { return encoder_->options(); }

   private:
    const std::unique_ptr<media::VideoEncoder> encoder_;
    int& pictures_;
  };

  const ModelledVideoCodec codec_{1};
};

class PreparedEncoderInCall : public testing::Test {
 protected:
  WatchedCodec codec_;
  SimulatedCall call_{
      {.network = "delay=25ms", .signaling = {.delay = 25ms}, .video_codec = &codec_, .width = 1280, .height = 720}};
};

TEST_F(PreparedEncoderInCall, WaitsAtBothEndsBeforeTheAcceptAndHasSeenNoPictureUntilThen) {
  call_.dial();
  call_.run(2s);
  EXPECT_EQ(codec_.encoders, 2);
  EXPECT_EQ(codec_.decoders, 0);
  EXPECT_EQ(codec_.pictures, 0);
  ASSERT_TRUE(call_.bob().accept());
  call_.run(1s);
  EXPECT_GT(codec_.pictures, 50);
  EXPECT_EQ(codec_.encoders, 2) << "no other was needed";
  call_.alice().call()->hang_up();
  call_.rest();
  EXPECT_THAT(call_.faults(), IsEmpty());
}

TEST_F(PreparedEncoderInCall, GoesUnusedWithACallThatIsDeclined) {
  call_.dial();
  call_.run(2s);
  ASSERT_TRUE(call_.bob().call()->decline());
  call_.rest();
  EXPECT_EQ(codec_.pictures, 0);
  EXPECT_THAT(call_.faults(), IsEmpty());
}

}  // namespace
}  // namespace sotto::simulation
