#include "signaling/server/admission.hpp"

#include <gtest/gtest.h>

namespace sotto::signaling {
namespace {

NetworkPrefix network(uint8_t number) { return NetworkPrefix::of_ipv4({10, 0, number, 1}); }

TEST(Admission, HasSoManyFromOneNetworkThatHaveNotSignedIn) {
  ServerLimits limits;
  Admission admission(limits);
  LinkId id = 0;
  for (int i = 0; i < 256; ++i) EXPECT_FALSE(admission.admit(++id, network(1)).closes);
  const Admission::Decision decision = admission.admit(++id, network(1));
  EXPECT_TRUE(decision.admitted);
  EXPECT_EQ(decision.closes, 1u) << "the oldest goes";
  EXPECT_FALSE(admission.admit(++id, network(2)).closes) << "another network is not concerned";
  EXPECT_EQ(admission.unauthenticated(), 257u);
}

TEST(Admission, DoesNotCountWhoHasSignedIn) {
  ServerLimits limits;
  limits.unauthenticated_per_prefix = 2;
  Admission admission(limits);
  for (LinkId id = 1; id <= 50; ++id) {
    EXPECT_FALSE(admission.admit(id, network(1)).closes);
    admission.on_signed_in(id);
  }
  EXPECT_EQ(admission.unauthenticated(), 0u);
  EXPECT_EQ(admission.links(), 50u);
}

TEST(Admission, ClosesTheOldestThatHasNotSignedInWhenItIsFull) {
  ServerLimits limits;
  limits.links = 3;
  Admission admission(limits);
  EXPECT_TRUE(admission.admit(1, network(1)).admitted);
  EXPECT_TRUE(admission.admit(2, network(2)).admitted);
  EXPECT_TRUE(admission.admit(3, network(3)).admitted);
  admission.on_signed_in(1);
  EXPECT_EQ(admission.admit(4, network(4)).closes, 2u);
  EXPECT_EQ(admission.links(), 3u);
}

TEST(Admission, TurnsAwayWhenAllHaveSignedIn) {
  ServerLimits limits;
  limits.links = 2;
  Admission admission(limits);
  for (LinkId id = 1; id <= 2; ++id) {
    admission.admit(id, network(1));
    admission.on_signed_in(id);
  }
  const Admission::Decision decision = admission.admit(3, network(2));
  EXPECT_FALSE(decision.admitted);
  EXPECT_FALSE(decision.closes);
  admission.on_closed(1);
  EXPECT_TRUE(admission.admit(4, network(2)).admitted);
}

}  // namespace
}  // namespace sotto::signaling
