#include <gtest/gtest.h>

#include <set>

#include "tests/unit/server/directory_world.hpp"

namespace sotto::signaling {
namespace {

class LookUpTest : public DirectoryTest {
 protected:
  void SetUp() override {
    alice_device.join("alice");
    bob_device.join("bob");
    store->steps.clear();
  }
  void set_profile(const wire::Profile& profile) {
    wire::ToServer message;
    *message.mutable_profile() = profile;
    message.mutable_profile()->set_request(77);
    EXPECT_EQ(alice_device.ask(message).done().request(), 77u);
    store->steps.clear();
  }
  wire::ToServer by_account(const std::string& token = {}) {
    wire::ToServer message;
    message.mutable_look_up()->set_request(1);
    message.mutable_look_up()->set_account_id(wire_string(alice.account.bytes));
    message.mutable_look_up()->set_token(token);
    return message;
  }

  TestDevice alice_device{world, alice};
  TestDevice bob_device{world, bob};
};

TEST_F(LookUpTest, AnswersUnknownHiddenAndDeniedWithTheSameBytesAfterTheSameSteps) {
  const std::string unknown = bob_device.ask(look_up_message(1, "nobody")).SerializeAsString();
  const std::vector<std::string> steps = std::exchange(store->steps, {});

  wire::Profile hidden;
  hidden.set_hidden(true);
  set_profile(hidden);
  EXPECT_EQ(bob_device.ask(look_up_message(1, "alice")).SerializeAsString(), unknown);
  EXPECT_EQ(store->steps, steps);

  wire::Profile denied;
  denied.add_denied(wire_string(bob.account.bytes));
  set_profile(denied);
  EXPECT_EQ(bob_device.ask(look_up_message(1, "alice")).SerializeAsString(), unknown);
  EXPECT_EQ(store->steps, steps);
}

TEST_F(LookUpTest, DoesTheSameByAccount) {
  wire::ToServer question = by_account();
  question.mutable_look_up()->set_account_id(std::string(32, 'z'));
  const std::string unknown = bob_device.ask(question).SerializeAsString();
  const std::vector<std::string> steps = std::exchange(store->steps, {});
  wire::Profile hidden;
  hidden.set_hidden(true);
  hidden.set_token(std::string(16, 't'));
  set_profile(hidden);
  EXPECT_EQ(bob_device.ask(by_account()).SerializeAsString(), unknown);
  EXPECT_EQ(store->steps, steps);
  EXPECT_EQ(bob_device.ask(by_account(std::string(16, 'u'))).SerializeAsString(), unknown);
}

TEST_F(LookUpTest, ShowsAHiddenAccountToWhoHasItsToken) {
  wire::Profile hidden;
  hidden.set_hidden(true);
  hidden.set_token(std::string(16, 't'));
  set_profile(hidden);
  EXPECT_TRUE(bob_device.ask(by_account(std::string(16, 't'))).looked_up().has_account());
  wire::ToServer by_name = look_up_message(1, "alice");
  by_name.mutable_look_up()->set_token(std::string(16, 't'));
  EXPECT_FALSE(bob_device.ask(by_name).looked_up().has_account()) << "the token is for the account, not the name";
}

TEST_F(LookUpTest, DeniesEvenWithTheToken) {
  wire::Profile profile;
  profile.set_token(std::string(16, 't'));
  profile.add_denied(wire_string(bob.account.bytes));
  set_profile(profile);
  EXPECT_FALSE(bob_device.ask(by_account(std::string(16, 't'))).looked_up().has_account());
  TestAccount carol(3);
  TestDevice other(world, carol);
  other.join("carol");
  EXPECT_TRUE(other.ask(by_account()).looked_up().has_account());
}

TEST_F(LookUpTest, ShowsAnAccountToItself) {
  wire::Profile hidden;
  hidden.set_hidden(true);
  set_profile(hidden);
  EXPECT_TRUE(alice_device.ask(look_up_message(1, "alice")).looked_up().has_account());
}

TEST_F(LookUpTest, RefusesQuestionsThatAreNone) {
  wire::ToServer both = by_account();
  both.mutable_look_up()->set_name("alice");
  EXPECT_EQ(refusal(bob_device.ask(both)), wire::REFUSAL_MALFORMED);
  wire::ToServer neither;
  neither.mutable_look_up()->set_request(1);
  EXPECT_EQ(refusal(bob_device.ask(neither)), wire::REFUSAL_MALFORMED);
  wire::ToServer too_short = by_account();
  too_short.mutable_look_up()->set_account_id("short");
  EXPECT_EQ(refusal(bob_device.ask(too_short)), wire::REFUSAL_MALFORMED);
  EXPECT_EQ(refusal(bob_device.ask(look_up_message(1, "%"))), wire::REFUSAL_MALFORMED);
  EXPECT_FALSE(bob_device.is_over());
}

TEST_F(LookUpTest, RefusesAProfileThatIsTooLarge) {
  wire::ToServer message;
  message.mutable_profile()->set_request(1);
  for (int i = 0; i < 65; ++i) message.mutable_profile()->add_denied(std::string(32, 'x'));
  EXPECT_EQ(refusal(alice_device.ask(message)), wire::REFUSAL_MALFORMED);
}

TEST_F(LookUpTest, KeepsAsManyAsCanBeDenied) {
  wire::Profile profile;
  for (int i = 0; i < 63; ++i) profile.add_denied(std::string(32, static_cast<char>(i)));
  profile.add_denied(wire_string(bob.account.bytes));
  set_profile(profile);
  EXPECT_FALSE(bob_device.ask(look_up_message(1, "alice")).looked_up().has_account());
}

}  // namespace
}  // namespace sotto::signaling
