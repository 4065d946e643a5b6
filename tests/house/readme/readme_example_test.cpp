#include <gtest/gtest.h>

#include "tests/house/readme/application.hpp"

// Cut out of README.md when this is built.
#include <readme_example.hpp>

namespace {

TEST(ReadmeExample, CallsAnswersShowsAndPlays) {
  const auto alice_identity = sotto::Identity::create();
  const auto bob_identity = sotto::Identity::create();
  sotto::InProcessHub hub;
  Application alice(60);
  Application bob(200);
  alice.channel = hub.connect(alice_identity.account(), alice_identity.device());
  bob.channel = hub.connect(bob_identity.account(), bob_identity.device());
  const auto alice_engine = sign_in(alice_identity, alice).value();
  const auto bob_engine = sign_in(bob_identity, bob).value();
  ASSERT_TRUE(bob_engine->add_contact(alice_identity.bundle()));
  alice.plug_in();
  bob.plug_in();

  const auto call = dial(*alice_engine, bob_identity.bundle(), alice).value();
  show(call, alice);
  const auto incoming = bob.wait_for_ring();
  show(incoming, bob);
  ASSERT_TRUE(accept(*incoming, bob));

  for (Application* side : {&alice, &bob}) {
    const sotto::VideoFrame picture = side->wait_for_picture();
    EXPECT_EQ(picture.width(), Application::kWidth);
    EXPECT_EQ(picture.height(), Application::kHeight);
    EXPECT_NEAR(*picture.buffer->y(), side == &alice ? 200 : 60, 8);
    side->wait_for_sound();
  }
  EXPECT_EQ(incoming->peer(), alice_identity.account());

  call->hang_up();
  bob.wait_for_state("ended");
  EXPECT_EQ(incoming->end_reason(), sotto::EndReason::kPeerHungUp);
  alice.unplug();
  bob.unplug();
}

}  // namespace
