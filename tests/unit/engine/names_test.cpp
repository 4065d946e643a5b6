#include <gtest/gtest.h>

#include <set>
#include <string_view>

#include <sotto/call.hpp>
#include <sotto/statistics.hpp>

namespace sotto {
namespace {

constexpr int kReasons = static_cast<int>(EndReason::kCrossed) + 1;

TEST(Names, EachReasonHasANameAndASentenceOfItsOwn) {
  std::set<std::string_view> names;
  std::set<std::string_view> sentences;
  for (int i = 0; i < kReasons; ++i) {
    const auto reason = static_cast<EndReason>(i);
    names.insert(to_string(reason));
    sentences.insert(explanation(reason));
    EXPECT_TRUE(reason == EndReason::kNone || explanation(reason).ends_with('.')) << to_string(reason);
  }
  EXPECT_EQ(names.size(), kReasons);
  EXPECT_EQ(sentences.size(), kReasons);
  EXPECT_FALSE(names.contains(""));
}

TEST(Names, SixtyFourSymbolsHaveDifferentOnes) {
  std::set<std::string_view> names;
  for (int i = 0; i < 64; ++i) names.insert(sas_symbol_name(static_cast<uint8_t>(i)));
  EXPECT_EQ(names.size(), 64u);
  EXPECT_FALSE(names.contains(""));
  EXPECT_EQ(sas_symbol_name(64), "");
  EXPECT_EQ(sas_symbol_name(0), "Dog");
  EXPECT_EQ(sas_symbol_name(63), "Pin");
}

}  // namespace
}  // namespace sotto
