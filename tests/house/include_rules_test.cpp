#include "tests/house/include_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sotto::house {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A header of the tree that includes `names`, each written with its quotes or brackets.
SourceFile header(std::string path, const std::vector<std::string>& names = {}) {
  std::string text = "#pragma once\n";
  for (const std::string& name : names) text += "#include " + name + "\n";
  return {std::move(path), std::move(text)};
}

TEST(IncludeRules, HoldInThisTree) {
  const std::vector<SourceFile> sources = read_sources(SOTTO_SOURCE_DIR);
  ASSERT_FALSE(sources.empty());
  EXPECT_THAT(include_faults(sources), IsEmpty());
}

TEST(IncludeRules, LetAFloorSeeItselfAndThoseBelow) {
  EXPECT_THAT(include_faults({header("base/bytes.hpp", {"<span>"}),
                              header("media/audio/opus.hpp", {"\"base/bytes.hpp\"", "<vector>"}),
                              header("media/audio/sender.hpp", {"\"media/audio/opus.hpp\""}),
                              header("engine/session.hpp", {"\"media/audio/sender.hpp\"", "\"base/bytes.hpp\""}),
                              header("tools/demo/demo.hpp", {"\"engine/session.hpp\""})}),
              IsEmpty());
}

TEST(IncludeRules, FindAnIncludeThatRunsUp) {
  EXPECT_THAT(include_faults({header("engine/session.hpp"), header("base/bytes.hpp", {"\"engine/session.hpp\""})}),
              ElementsAre(HasSubstr("base/bytes.hpp:2: base includes engine/session.hpp, which stands above it")));
}

TEST(IncludeRules, FindAPublicHeaderIncludedFromBelow) {
  EXPECT_THAT(include_faults({header("engine/include/sotto/call.hpp"), header("media/slot.hpp", {"<sotto/call.hpp>"})}),
              ElementsAre(HasSubstr("media includes engine/include/sotto/call.hpp, which stands above it")));
}

TEST(IncludeRules, FindAnIncludeThatRunsSideways) {
  EXPECT_THAT(include_faults({header("transport/rtp/packet.hpp"),
                              header("media/video/assembler.hpp", {"\"transport/rtp/packet.hpp\""})}),
              ElementsAre(HasSubstr("media and transport do not know each other")));
}

TEST(IncludeRules, KeepTestsOutOfWhatIsShipped) {
  EXPECT_THAT(include_faults({header("tests/link.hpp"), header("tools/demo/demo.hpp", {"\"tests/link.hpp\""})}),
              ElementsAre(HasSubstr("tools includes tests/link.hpp, which stands above it")));
}

TEST(IncludeRules, FindACircleBetweenFiles) {
  EXPECT_THAT(include_faults({header("base/a.hpp", {"\"base/b.hpp\""}), header("base/b.hpp", {"\"base/c.hpp\""}),
                              header("base/c.hpp", {"\"base/a.hpp\""})}),
              ElementsAre(HasSubstr("circle: base/a.hpp -> base/b.hpp -> base/c.hpp -> base/a.hpp")));
}

TEST(IncludeRules, KeepDetailsOutOfFaces) {
  const SourceFile detail = header("base/crypto/detail/openssl.hpp");
  const std::string include = "#include \"base/crypto/detail/openssl.hpp\"\n";
  EXPECT_THAT(include_faults({detail, {"base/crypto/hmac.cpp", include}}), IsEmpty());
  EXPECT_THAT(include_faults({detail, {"base/crypto/hmac.hpp", "#pragma once\n" + include}}),
              ElementsAre(HasSubstr("base/crypto/detail/openssl.hpp is for .cpp files of base alone")));
  EXPECT_THAT(include_faults({detail, {"transport/dtls/session.cpp", include}}),
              ElementsAre(HasSubstr("base/crypto/detail/openssl.hpp is for .cpp files of base alone")));
}

TEST(IncludeRules, KeepMadeUpTimeAndRandomNumbersOutOfTheProduct) {
  const SourceFile machine = header("engine/simulation/virtual_machine.hpp");
  const std::string include = "\"engine/simulation/virtual_machine.hpp\"";
  EXPECT_THAT(
      include_faults({machine, header("tools/bench_setup/setup.hpp", {include}), header("tests/a.hpp", {include})}),
      IsEmpty());
  EXPECT_THAT(
      include_faults({machine, header("engine/call.hpp", {include}), header("tools/call/a.hpp", {include})}),
      testing::UnorderedElementsAre(HasSubstr("engine/call.hpp:2: engine/simulation/virtual_machine.hpp is for"),
                                    HasSubstr("tools/call/a.hpp:2: engine/simulation/virtual_machine.hpp is")));
}

TEST(IncludeRules, LetPublicHeadersIncludePublicOnesAlone) {
  EXPECT_THAT(include_faults({header("base/include/sotto/result.hpp", {"<string>"}), header("base/bytes.hpp"),
                              header("engine/include/sotto/call.hpp",
                                     {"<sotto/result.hpp>", "\"base/bytes.hpp\"", "<openssl/evp.h>"})}),
              testing::UnorderedElementsAre(HasSubstr("call.hpp:3: a public header includes base/bytes.hpp"),
                                            HasSubstr("call.hpp:4: a public header includes openssl/evp.h"),
                                            HasSubstr("call.hpp:4: <openssl/evp.h> is not for this room")));
}

TEST(IncludeRules, KeepALibraryInItsRoom) {
  EXPECT_THAT(include_faults({header("media/video/vp8.hpp", {"<vpx/vp8cx.h>"})}), IsEmpty());
  EXPECT_THAT(include_faults({header("engine/session.hpp", {"<vpx/vp8cx.h>"})}),
              ElementsAre(HasSubstr("engine/session.hpp:2: <vpx/vp8cx.h> is not for this room")));
}

TEST(IncludeRules, KeepGeneratedCodeOutOfHeaders) {
  const std::string generated = "\"signaling/protocol/call.pb.h\"";
  EXPECT_THAT(include_faults({{"signaling/protocol/codec.cpp", "#include " + generated + "\n"}}), IsEmpty());
  EXPECT_THAT(include_faults({header("signaling/protocol/codec.hpp", {generated})}),
              ElementsAre(HasSubstr("generated code stays in .cpp files")));
}

TEST(IncludeRules, FindAFileThatIsNotThere) {
  EXPECT_THAT(include_faults({header("base/a.hpp", {"\"b.hpp\""}), header("base/b.hpp")}),
              ElementsAre(HasSubstr("base/a.hpp:2: b.hpp is no file of the tree")));
}

TEST(IncludeRules, LetTestsNameWhatLiesBesideThem) {
  EXPECT_THAT(
      include_faults({header("tests/unit/rtp/link.hpp"), {"tests/unit/rtp/link_test.cpp", "#include \"link.hpp\"\n"}}),
      IsEmpty());
}

TEST(IncludeRules, WantEachHeaderToGuardItself) {
  EXPECT_THAT(include_faults({{"base/a.hpp", "int a();\n"}}), ElementsAre(HasSubstr("begins with #pragma once")));
}

TEST(IncludeRules, WantEachFileToIncludeItsOwnHeaderFirst) {
  EXPECT_THAT(include_faults({header("base/a.hpp"), {"base/a.cpp", "#include <string>\n#include \"base/a.hpp\"\n"}}),
              ElementsAre(HasSubstr("base/a.cpp:1: its own header is not the first include")));
}

}  // namespace
}  // namespace sotto::house
