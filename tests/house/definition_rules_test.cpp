#include "tests/house/definition_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sotto::house {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(DefinitionRules, HoldInThisTree) { EXPECT_THAT(definition_faults(read_sources(SOTTO_SOURCE_DIR)), IsEmpty()); }

TEST(DefinitionRules, FindAClassThatTwoHeadersDefine) {
  EXPECT_THAT(
      definition_faults({{"tools/a.hpp", "namespace sotto::tools {\nstruct Finding {\n  int level;\n};\n}\n"},
                         {"tools/b.hpp", "namespace sotto::tools {\nclass Finding final : public Thing {\n};\n}\n"}}),
      ElementsAre("sotto::tools::Finding: tools/a.hpp and tools/b.hpp"));
}

TEST(DefinitionRules, AllowOneNameInTwoNamespacesAndDeclarations) {
  EXPECT_THAT(definition_faults({{"tools/a.hpp", "namespace sotto::tools {\nstruct Finding {\n};\n}\n"},
                                 {"engine/b.hpp", "namespace sotto::engine {\nstruct Finding {\n};\n}\n"},
                                 {"tools/c.hpp", "namespace sotto::tools {\nstruct Finding;\n}\n"}}),
              IsEmpty());
}

}  // namespace
}  // namespace sotto::house
