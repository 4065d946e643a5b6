#include "engine/call_record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace sotto::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CallRecordTest : public ::testing::Test {
 protected:
  CallRecordTest() {
    record_.on_peer_media([this](const PeerMedia& media) { told_.push_back(media); });
  }
  CallRecord record_{true, {}};
  std::vector<PeerMedia> told_;
};

TEST_F(CallRecordTest, TellsOfEachChangeOfThePeersMediaOnce) {
  const PeerMedia sound{.audio = true};
  ASSERT_TRUE(record_.set_peer_media(sound));
  record_.tell_peer_media();
  EXPECT_FALSE(record_.set_peer_media(sound)) << "no news";
  EXPECT_THAT(told_, ElementsAre(sound));
}

// However fast the other side changes its mind, no more than one telling waits for the application.
TEST_F(CallRecordTest, TellsHowThingsStandWhenSeveralChangesComeBeforeItIsTold) {
  ASSERT_TRUE(record_.set_peer_media({.audio = true}));
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(record_.set_peer_media({.audio = true, .video = i % 2 == 0}));
  record_.tell_peer_media();
  EXPECT_THAT(told_, ElementsAre(PeerMedia{.audio = true, .video = false}));
  EXPECT_TRUE(record_.set_peer_media({.on_hold = true})) << "and again from here on";
}

TEST_F(CallRecordTest, TellsNothingOfACallThatIsOver) {
  ASSERT_TRUE(record_.advance(CallState::kEnded, EndReason::kHungUp));
  record_.tell_state(CallState::kEnded);
  ASSERT_TRUE(record_.set_peer_media({.audio = true}));
  record_.tell_peer_media();
  EXPECT_THAT(told_, IsEmpty());
}

}  // namespace
}  // namespace sotto::engine
