#include "transport/emulation/link_profile.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sotto::transport {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(LinkProfile, ReadsWhatALinkDoes) {
  const auto profile = parse_link_profile(
      "delay=50ms, jitter=10.5ms,loss=5%,rate=1M,queue=0.2s,blackout=10s+2s,burst=10%/8,reorder=2%/30ms,duplicate=1%,"
      "corrupt=0.1%,mtu=1400,overtaking=yes");
  ASSERT_TRUE(profile) << profile.error().message;
  EXPECT_EQ(profile->settings, (LinkSettings{.rate = DataRate::kbps(1000),
                                             .queue = 200ms,
                                             .delay = 50ms,
                                             .jitter = Duration(10'500),
                                             .overtaking = true,
                                             .loss = 0.05,
                                             .burst_loss = 0.1,
                                             .burst_length = 8,
                                             .reordering = 0.02,
                                             .lateness = 30ms,
                                             .duplication = 0.01,
                                             .corruption = 0.001,
                                             .mtu = 1400}));
  EXPECT_THAT(profile->blackouts, ElementsAre(LinkProfile::Blackout{.at = 10s, .length = 2s}));
  EXPECT_THAT(profile->changes, IsEmpty());
}

TEST(LinkProfile, OfNothingIsAPerfectLink) {
  const auto profile = parse_link_profile("");
  ASSERT_TRUE(profile);
  EXPECT_EQ(*profile, LinkProfile{});
}

TEST(LinkProfile, EachStepChangesWhatItNamesAndKeepsTheRest) {
  const auto profile = parse_link_profile("delay=25ms,rate=2.5M; 20s: rate=500k; 40s: rate=none,blackout=1s+100ms");
  ASSERT_TRUE(profile) << profile.error().message;
  LinkSettings thin = profile->settings;
  thin.rate = DataRate::kbps(500);
  LinkSettings open = thin;
  open.rate = std::nullopt;
  EXPECT_THAT(profile->changes, ElementsAre(LinkProfile::Change{.at = 20s, .settings = thin},
                                            LinkProfile::Change{.at = 40s, .settings = open}));
  EXPECT_THAT(profile->blackouts, ElementsAre(LinkProfile::Blackout{.at = 41s, .length = 100ms}));
}

TEST(LinkProfile, SaysWhatItDidNotUnderstand) {
  const auto complaint = [](std::string_view text) {
    const auto profile = parse_link_profile(text);
    return profile ? std::string("none") : profile.error().message;
  };
  EXPECT_THAT(complaint("delay=50ms,weather=bad"), HasSubstr("\"weather\" is not a key"));
  EXPECT_THAT(complaint("delay"), HasSubstr("\"delay\" is not of the form key=value"));
  EXPECT_THAT(complaint("delay=50"), HasSubstr("\"delay=50\" has a value"));
  EXPECT_THAT(complaint("loss=101%"), HasSubstr("loss=101%"));
  EXPECT_THAT(complaint("loss=-1%"), HasSubstr("loss=-1%"));
  EXPECT_THAT(complaint("rate=1G"), HasSubstr("rate=1G"));
  EXPECT_THAT(complaint("rate=0"), HasSubstr("rate=0"));
  EXPECT_THAT(complaint("burst=100%"), HasSubstr("burst=100%"));
  EXPECT_THAT(complaint("burst=10%/0"), HasSubstr("burst=10%/0"));
  EXPECT_THAT(complaint("blackout=10s"), HasSubstr("blackout=10s"));
  EXPECT_THAT(complaint("overtaking=perhaps"), HasSubstr("perhaps"));
  EXPECT_THAT(complaint("mtu=nan"), HasSubstr("mtu=nan"));
  EXPECT_THAT(complaint("delay=1e9s"), HasSubstr("1e9s"));
  EXPECT_THAT(complaint("rate=1M; rate=2M"), HasSubstr("of the form \"20s: key=value\""));
  EXPECT_THAT(complaint("rate=1M; 20s: rate=2M; 10s: rate=1M"), HasSubstr("comes before"));
}

}  // namespace
}  // namespace sotto::transport
