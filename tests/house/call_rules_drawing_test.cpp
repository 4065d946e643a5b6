#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "engine/call_rules.hpp"
#include "tests/house/source_tree.hpp"

namespace sotto::house {
namespace {

using testing::HasSubstr;

TEST(CallRulesDrawing, OfTheHandbookIsThatOfTheCode) {
  const std::string handbook = read_text(std::filesystem::path(SOTTO_SOURCE_DIR) / "docs/HANDSHAKE.md");
  EXPECT_THAT(handbook, HasSubstr(engine::draw_caller_rules()));
  EXPECT_THAT(handbook, HasSubstr(engine::draw_callee_rules()));
}

}  // namespace
}  // namespace sotto::house
