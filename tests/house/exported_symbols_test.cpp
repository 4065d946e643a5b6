#include "tests/house/exported_symbols.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

namespace sotto::house {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

std::string output_of(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return output;
  char part[4096];
  while (const size_t size = std::fread(part, 1, sizeof part, pipe)) output.append(part, size);
  pclose(pipe);
  return output;
}

std::vector<std::string> symbols_of_libsotto() {
  return symbols_of(output_of(std::string(SOTTO_NM) + " -D --defined-only -C '" + SOTTO_LIBRARY + "'"));
}

TEST(ExportedSymbols, AreThePublicOnesAlone) {
  const auto names = public_names(read_sources(SOTTO_SOURCE_DIR));
  const auto symbols = symbols_of_libsotto();
  ASSERT_FALSE(symbols.empty());
  std::vector<std::string> strangers;
  for (const std::string& symbol : symbols) {
    if (!names.contains(owner_of(symbol))) strangers.push_back(symbol);
  }
  EXPECT_THAT(strangers, IsEmpty());
}

TEST(ExportedSymbols, HoldAllThatIsPublic) {
  std::set<std::string, std::less<>> owners;
  for (const std::string& symbol : symbols_of_libsotto()) owners.emplace(owner_of(symbol));
  const auto names = public_names(read_sources(SOTTO_SOURCE_DIR));
  ASSERT_THAT(names, Contains("Engine"));
  for (const std::string& name : names) EXPECT_THAT(owners, Contains(name));
}

TEST(ExportedSymbols, AreReadFromNm) {
  EXPECT_THAT(symbols_of("0000000000001234 T sotto::version()@@SOTTO_0\n"
                         "0000000000000000 A SOTTO_0\n"
                         "0000000000005678 V vtable for sotto::PushAudioSource\n"),
              ElementsAre("sotto::version()", "vtable for sotto::PushAudioSource"));
}

TEST(ExportedSymbols, BelongToAClassOrAFunctionOfNamespaceSotto) {
  EXPECT_EQ(owner_of("sotto::version[abi:cxx11]()"), "version");
  EXPECT_EQ(owner_of("sotto::Engine::call(std::array<unsigned char, 32ul> const&, sotto::CallMedia)"), "Engine");
  EXPECT_EQ(owner_of("typeinfo for sotto::Call"), "Call");
  EXPECT_EQ(owner_of("sotto::media::OpusEncoder::encode()"), "media");
  EXPECT_EQ(owner_of("std::vector<unsigned char>::~vector()"), "");
  EXPECT_EQ(owner_of("google::protobuf::MessageLite::~MessageLite()"), "");
}

TEST(ExportedSymbols, ArePublicWherePublicHeadersSaySo) {
  const SourceFile header{"engine/include/sotto/call.hpp",
                          "class SOTTO_API Call {\n  void hang_up();\n};\n"
                          "class Source {};\n"
                          "SOTTO_API std::string_view to_string(CallState state);\n"};
  const SourceFile inner{"engine/session.hpp", "class SOTTO_API Session {};\n"};
  EXPECT_THAT(public_names({header, inner}), ElementsAre("Call", "to_string"));
  EXPECT_THAT(public_names({header, inner}), Not(Contains("Source")));
}

}  // namespace
}  // namespace sotto::house
