#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <regex>

#include "tests/house/source_tree.hpp"

namespace sotto::house {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Put together here, so that this file does not hold what it looks for.
const std::string kUnfinished = std::string("TO") + "DO|FIX" + "ME|X" + "XX|HA" + "CK";
const std::string kPlaces = std::string("/ho") + "me/|/Us" + "ers/|/ro" + "ot/|/wo" + "rk/";

// "path:line: text" of each line that holds a note of unfinished work, or a path of somebody's own machine.
std::vector<std::string> bad_words(const std::vector<SourceFile>& files) {
  const std::regex bad("\\b(" + kUnfinished + ")\\b|(^|[^.\\w])(" + kPlaces + ")");
  std::vector<std::string> found;
  for (const SourceFile& file : files) {
    size_t number = 0;
    for (const std::string_view view : lines_of(file.text)) {
      const std::string line(view);
      ++number;
      if (std::regex_search(line, bad)) found.push_back(file.path + ":" + std::to_string(number) + ": " + line);
    }
  }
  return found;
}

TEST(Wording, TellsOfNothingUnfinishedAndOfNobodysMachine) {
  EXPECT_THAT(bad_words(read_all_texts(SOTTO_SOURCE_DIR)), IsEmpty());
}

TEST(Wording, FindsNotesOfUnfinishedWork) {
  EXPECT_THAT(bad_words({{"base/a.cpp", std::string("int a;\n// TO") + "DO: write b\n"}}),
              ElementsAre(HasSubstr("base/a.cpp:2: ")));
}

TEST(Wording, FindsPathsOfOnesOwnMachine) {
  EXPECT_THAT(bad_words({{"README.md", std::string("cd /ho") + "me/alice/sotto\n"}}), SizeIs(1));
  EXPECT_THAT(bad_words({{"README.md", "cd build/work/x\n"}}), IsEmpty());
}

// A file holds one idea; one of more than 500 lines holds two.
TEST(Wording, FitsIntoFilesOfOneIdea) {
  for (const SourceFile& file : read_sources(SOTTO_SOURCE_DIR)) {
    EXPECT_LE(lines_of(file.text).size(), 500u) << file.path;
  }
}

}  // namespace
}  // namespace sotto::house
