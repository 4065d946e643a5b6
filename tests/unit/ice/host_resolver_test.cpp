#include "transport/ice/host_resolver.hpp"

#include <glib.h>
#include <gtest/gtest.h>

#include <optional>

namespace sotto::transport {
namespace {

TEST(HostName, IsLettersDigitsAndHyphensBetweenDots) {
  for (const std::string_view name :
       {"localhost", "relay.example.org", "a-1.b_2.example", "relay.example.org.", "x1"}) {
    EXPECT_TRUE(is_host_name(name)) << name;
  }
  EXPECT_TRUE(is_host_name(std::string(63, 'a')));
}

TEST(HostName, IsNoAddressAndNoSentence) {
  for (const std::string_view text : {"", ".", "a..b", ".a", "-a", "a b", "a/b", "a:1", "192.0.2.256", "1.2.3.4.5",
                                      "127.1", "10.", "::1", "n\xc3\xa4me"}) {
    EXPECT_FALSE(is_host_name(text)) << text;
  }
  EXPECT_FALSE(is_host_name(std::string(64, 'a')));
  EXPECT_FALSE(is_host_name(std::string(254, 'a')));
}

class SystemResolverTest : public ::testing::Test {
 protected:
  ~SystemResolverTest() override { g_main_context_unref(context_); }
  GMainContext* context_ = g_main_context_new();
  std::optional<Result<std::vector<IpAddress>>> answer_;
};

TEST_F(SystemResolverTest, KnowsThisMachine) {
  const auto resolver = system_resolver();
  const auto query = resolver->resolve(context_, "localhost", [this](auto answer) { answer_ = std::move(answer); });
  EXPECT_FALSE(answer_) << "never from within";
  while (!answer_) g_main_context_iteration(context_, TRUE);
  ASSERT_TRUE(answer_->ok()) << answer_->error().message;
  ASSERT_FALSE((*answer_)->empty());
  EXPECT_TRUE((*answer_)->front().is_loopback());
}

TEST_F(SystemResolverTest, SaysNothingOnceTheQuestionIsTakenBack) {
  const auto resolver = system_resolver();
  resolver->resolve(context_, "localhost", [this](auto answer) { answer_ = std::move(answer); }).reset();
  while (g_main_context_iteration(context_, FALSE)) {
  }
  EXPECT_FALSE(answer_);
}

}  // namespace
}  // namespace sotto::transport
