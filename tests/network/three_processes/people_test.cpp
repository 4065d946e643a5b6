// Whom one knows and who calls, as people see it who type commands (HANDSHAKE 5 and 7).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <regex>
#include <string>
#include <vector>

#include "tests/network/three_processes/file_watch.hpp"
#include "tests/network/three_processes/three_processes.hpp"

namespace sotto::tools {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class PeopleTest : public ThreeProcesses {
 protected:
  /// What a command says that has to go well.
  std::string says(const std::string& who, const std::vector<std::string>& arguments) {
    Program program = run(who, arguments);
    EXPECT_TRUE(program.ends_well()) << program.errors();
    return program.output();
  }
  /// What a command complains of that has to fail.
  std::string complains(const std::string& who, const std::vector<std::string>& arguments) {
    Program program = run(who, arguments);
    EXPECT_FALSE(program.ends_well()) << program.output();
    return program.errors();
  }
  std::string number_with(const std::string& who, const std::string& other) {
    return safety_number_in(says(who, {"contacts", "verify", other}));
  }
  /// Three lines of four groups of five digits.
  static std::string safety_number_in(const std::string& text) {
    std::smatch found;
    const std::regex number("(\\d{5} \\d{5} \\d{5} \\d{5}\\s+){3}");
    return std::regex_search(text, found, number) ? found.str() : "";
  }
  void sign_up_everybody(const std::vector<std::string>& names) {
    start_server();
    for (const std::string& name : names) ASSERT_NO_FATAL_FAILURE(sign_up(name));
  }
  std::vector<std::string> call(const std::string& name) const {
    return {"call", name, "--seconds", "1", "--address", "127.0.0.1", "--size", "320x180"};
  }
  std::vector<std::string> answer() const {
    return {"answer", "--yes", "--once", "--address", "127.0.0.1", "--size", "320x180"};
  }
};

TEST_F(PeopleTest, ContactIsAddedAfterItsNumberWasShownAndTheUserSaidYes) {
  ASSERT_NO_FATAL_FAILURE(sign_up_everybody({"alice", "bob"}));
  const auto adding = run_on_terminal("alice", {"contacts", "add", "bob"});
  ASSERT_TRUE(adding->shows("Add bob? [y/N] ")) << adding->screen();
  EXPECT_THAT(adding->screen(), HasSubstr("Nothing but the safety number proves it"));
  const std::string shown = safety_number_in(adding->screen());
  adding->type_line("y");
  EXPECT_TRUE(adding->shows("bob is a contact."));
  EXPECT_EQ(adding->wait(), 0);

  know("bob", "alice");
  EXPECT_NE(shown, "");
  EXPECT_EQ(number_with("alice", "bob"), shown);
  EXPECT_EQ(number_with("bob", "alice"), shown);
  EXPECT_THAT(says("alice", {"contacts", "list"}), HasSubstr("not verified"));
  (void)says("alice", {"contacts", "verify", "bob", "--same"});
  EXPECT_THAT(says("alice", {"contacts", "list"}), Not(HasSubstr("not verified")));
}

TEST_F(PeopleTest, ContactIsNotAddedUnlessTheUserSaysYes) {
  ASSERT_NO_FATAL_FAILURE(sign_up_everybody({"alice", "bob"}));
  const auto adding = run_on_terminal("alice", {"contacts", "add", "bob"});
  ASSERT_TRUE(adding->shows("Add bob? [y/N] ")) << adding->screen();
  adding->type_line("");
  EXPECT_TRUE(adding->shows("Nothing was changed."));
  EXPECT_NE(adding->wait(), 0);
  EXPECT_THAT(says("alice", {"contacts", "list"}), HasSubstr("no contacts yet"));
}

/// Alice has compared Bob's number. Bob has lost his device, and has another one now.
class NewKeysTest : public PeopleTest {
 protected:
  void lose_a_device() {
    two_people();
    (void)says("alice", {"contacts", "verify", "bob", "--same"});
    old_number = number_with("alice", "bob");
    const std::string backup = folder / "backup";
    (void)says("bob", {"identity", "backup", "--recovery-file", folder / "bob.recovery", backup});
    (void)says("bob-again", {"identity", "recover", "--recovery-file", folder / "bob.recovery", backup});
  }

  std::string old_number;
};

TEST_F(NewKeysTest, AreToldBeforeTheNextCall) {
  ASSERT_NO_FATAL_FAILURE(lose_a_device());
  Program calling = run("alice", call("bob"));
  EXPECT_FALSE(calling.ends_well());
  EXPECT_THAT(calling.output(), HasSubstr("The contact's keys have changed"));
  EXPECT_THAT(says("alice", {"contacts", "list"}), HasSubstr("NEW KEYS: compare the safety number"));
  EXPECT_THAT(says("alice", {"contacts", "list"}), Not(HasSubstr("verified")));
  EXPECT_NE(number_with("alice", "bob"), old_number);
  EXPECT_EQ(number_with("alice", "bob"), number_with("bob-again", "alice"));

  (void)says("alice", {"contacts", "verify", "bob", "--same"});
  Program bob = run("bob-again", answer());
  ASSERT_NE(bob.wait_for("waiting for calls"), "") << bob.errors();
  EXPECT_THAT(says("alice", call("bob")), HasSubstr("the safety number was compared"));
  EXPECT_TRUE(bob.ends_well()) << bob.errors();
}

TEST_F(NewKeysTest, OfAContactThatWasVerifiedNeedMoreThanYes) {
  ASSERT_NO_FATAL_FAILURE(lose_a_device());
  const auto add = [this] { return complains("alice", {"contacts", "add", "bob", "--yes"}); };
  EXPECT_THAT(add(), AllOf(HasSubstr("in person"), HasSubstr("sotto contacts verify bob --same")));
  Program calling = run("alice", call("bob"));
  EXPECT_FALSE(calling.ends_well()) << "which has brought the new keys";
  EXPECT_THAT(add(), HasSubstr("in person"));
  EXPECT_THAT(says("alice", {"contacts", "list"}), HasSubstr("NEW KEYS"));
}

TEST_F(NewKeysTest, AreTakenOverWhenTheUserHasSeenTheNewNumber) {
  ASSERT_NO_FATAL_FAILURE(lose_a_device());
  const auto adding = run_on_terminal("alice", {"contacts", "add", "bob"});
  ASSERT_TRUE(adding->shows("This is not the number that you have compared.")) << adding->screen();
  const std::string shown = safety_number_in(adding->screen());
  EXPECT_NE(shown, "");
  EXPECT_NE(shown, old_number);
  adding->type_line("y");
  EXPECT_EQ(adding->wait(), 0) << adding->screen();
  EXPECT_THAT(says("alice", {"contacts", "list"}), HasSubstr("not verified"));
}

TEST_F(NewKeysTest, ShutTheLostDeviceOut) {
  ASSERT_NO_FATAL_FAILURE(lose_a_device());
  Program lost = run("bob", answer());
  EXPECT_FALSE(lost.ends_well());
  EXPECT_THAT(lost.errors(), HasSubstr("an old copy"));
}

TEST_F(PeopleTest, AnotherAccountOfAContactsNameIsAnotherPerson) {
  two_people();
  kill_server();
  std::filesystem::rename(state(), folder / "state-before");
  start_server();
  (void)says("alice", {"identity", "register", "--name", "alice", "--server", server_line});
  Program other(folder / "mallory", {"identity", "create", "--name", "bob", "--server", server_line, "--recovery-file",
                                     folder / "mallory.recovery", "--insecure-identity"});
  ASSERT_TRUE(other.ends_well()) << other.errors();
  EXPECT_THAT(complains("alice", {"contacts", "add", "bob", "--yes"}), HasSubstr("sotto contacts remove bob"));
  Program calling = run("alice", call("bob"));
  EXPECT_FALSE(calling.ends_well());
  EXPECT_THAT(calling.output(), HasSubstr("Another account has this contact's name now"));
}

TEST_F(PeopleTest, StrangersCallIsARequestThatCanBecomeAContact) {
  ASSERT_NO_FATAL_FAILURE(sign_up_everybody({"bob", "mallory"}));
  FileWatch written(folder / "bob");
  Program bob = run("bob", {"answer", "--yes", "--address", "127.0.0.1", "--size", "320x180"});
  ASSERT_NE(bob.wait_for("waiting for calls"), "") << bob.errors();
  std::vector<std::string> calling = call("bob");
  calling.emplace_back("--direct");
  Program mallory = run("mallory", calling);
  ASSERT_TRUE(written.wait_for("contacts"));
  mallory.signal(SIGINT);
  EXPECT_FALSE(mallory.ends_well());
  bob.signal(SIGINT);
  EXPECT_TRUE(bob.ends_well()) << bob.errors();
  EXPECT_THAT(bob.output(), Not(HasSubstr("mallory"))) << "a stranger does not ring";

  const std::string requests = says("bob", {"contacts", "requests"});
  std::smatch line;
  ASSERT_TRUE(std::regex_search(requests, line, std::regex("\"mallory\" +([0-9a-f]{16})"))) << requests;
  EXPECT_THAT(says("bob", {"contacts", "add", "mallory", "--request", line.str(1), "--yes"}),
              HasSubstr("mallory is a contact."));
  EXPECT_THAT(says("bob", {"contacts", "requests"}), HasSubstr("Nobody"));
  know("mallory", "bob");
  EXPECT_EQ(number_with("bob", "mallory"), number_with("mallory", "bob"));
}

TEST_F(PeopleTest, BlockedContactIsNotCalledUntilItIsUnblocked) {
  two_people();
  EXPECT_THAT(says("bob", {"contacts", "block", "alice"}), HasSubstr("Blocked"));
  EXPECT_THAT(says("bob", {"contacts", "list"}), HasSubstr("blocked"));
  Program blocked = run("bob", call("alice"));
  EXPECT_FALSE(blocked.ends_well());
  EXPECT_THAT(blocked.output(), HasSubstr("You have blocked this contact"));

  (void)says("bob", {"contacts", "unblock", "alice"});
  EXPECT_THAT(says("bob", {"contacts", "list"}), Not(HasSubstr("blocked")));
  Program alice = run("alice", answer());
  ASSERT_NE(alice.wait_for("waiting for calls"), "") << alice.errors();
  EXPECT_THAT(says("bob", call("alice")), HasSubstr("active"));
  EXPECT_TRUE(alice.ends_well()) << alice.errors();
}

TEST_F(PeopleTest, CallsOfABlockedContactDoNotRing) {
  ASSERT_NO_FATAL_FAILURE(sign_up_everybody({"alice", "bob", "carol"}));
  for (const char* friend_of_bob : {"alice", "carol"}) {
    know("bob", friend_of_bob);
    know(friend_of_bob, "bob");
  }
  (void)says("bob", {"contacts", "block", "alice"});
  Program bob = run("bob", answer());
  ASSERT_NE(bob.wait_for("waiting for calls"), "") << bob.errors();
  Program alice = run("alice", call("bob"));
  ASSERT_NE(alice.wait_for("signed in"), "") << alice.errors();
  EXPECT_THAT(says("carol", call("bob")), HasSubstr("active"));
  EXPECT_TRUE(bob.ends_well()) << bob.errors();
  EXPECT_THAT(bob.output(), Not(HasSubstr("alice")));
  alice.signal(SIGINT);
  EXPECT_FALSE(alice.ends_well());
  EXPECT_THAT(alice.output(), Not(HasSubstr("ringing")));
}

}  // namespace
}  // namespace sotto::tools
