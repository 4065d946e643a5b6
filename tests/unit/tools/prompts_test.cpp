// What `sotto identity` asks a person at a terminal.
#include <gmock/gmock.h>

#include <filesystem>
#include <regex>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "tests/support/program_on_terminal.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/command.hpp"
#include "tools/settings/private_file.hpp"

namespace sotto::tools {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kPassphrase = "correct horse";

class PromptsTest : public testing::Test {
 protected:
  std::unique_ptr<ProgramOnTerminal> sotto(std::vector<std::string> arguments, const std::string& home = "home") {
    arguments.insert(arguments.begin(), {"/usr/bin/env", "SOTTO_HOME=" + (folder_ / home), SOTTO_PROGRAM});
    return std::make_unique<ProgramOnTerminal>(std::move(arguments));
  }
  bool made() const { return std::filesystem::exists(folder_ / "home/identity"); }

  /// Without a word, by files; the recovery key is in "paper".
  void create() {
    ASSERT_TRUE(write_new_private_file(folder_ / "passphrase", as_bytes(std::string(kPassphrase))).ok());
    const auto program = sotto(
        {"identity", "create", "--passphrase-file", folder_ / "passphrase", "--recovery-file", folder_ / "paper"});
    ASSERT_EQ(program->wait(), kDone) << program->screen();
  }

  const TemporaryFolder folder_;
};

TEST_F(PromptsTest, NewPassphraseIsAskedTwiceAndNeverShown) {
  const auto program = sotto({"identity", "create", "--recovery-file", folder_ / "paper"});
  ASSERT_TRUE(program->shows("New passphrase: "));
  program->type_line(kPassphrase);
  ASSERT_TRUE(program->shows("The same again: "));
  EXPECT_FALSE(made());
  program->type_line(kPassphrase);
  EXPECT_EQ(program->wait(), kDone) << program->screen();
  EXPECT_THAT(program->screen(), Not(HasSubstr("correct")));

  const auto showing = sotto({"identity", "show"});
  ASSERT_TRUE(showing->shows("Passphrase: "));
  showing->type_line(kPassphrase);
  EXPECT_TRUE(showing->shows("Device list         version 1")) << showing->screen();
  EXPECT_EQ(showing->wait(), kDone);
  EXPECT_THAT(showing->screen(), Not(HasSubstr("correct")));
}

TEST_F(PromptsTest, NewPassphraseThatIsTypedDifferentlyMakesNothing) {
  const auto program = sotto({"identity", "create", "--recovery-file", folder_ / "paper"});
  ASSERT_TRUE(program->shows("New passphrase: "));
  program->type_line(kPassphrase);
  ASSERT_TRUE(program->shows("The same again: "));
  program->type_line("battery staple");
  EXPECT_EQ(program->wait(), kFailed);
  EXPECT_THAT(program->screen(), HasSubstr("The two are not the same."));
  EXPECT_FALSE(made());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "paper"));
}

TEST_F(PromptsTest, EmptyNewPassphraseIsRefused) {
  const auto program = sotto({"identity", "create", "--recovery-file", folder_ / "paper"});
  ASSERT_TRUE(program->shows("New passphrase: "));
  program->type_line("");
  EXPECT_EQ(program->wait(), kFailed);
  EXPECT_THAT(program->screen(), HasSubstr("--insecure-identity"));
  EXPECT_FALSE(made());
}

TEST_F(PromptsTest, WrongPassphraseIsToldAsSuch) {
  ASSERT_NO_FATAL_FAILURE(create());
  const auto program = sotto({"identity", "show"});
  ASSERT_TRUE(program->shows("Passphrase: "));
  program->type_line("battery staple");
  EXPECT_EQ(program->wait(), kFailed);
  EXPECT_THAT(program->screen(), HasSubstr("passphrase is wrong"));
  EXPECT_THAT(program->screen(), Not(HasSubstr("battery")));
}

TEST_F(PromptsTest, PassphraseCanBeCorrectedWhileItIsTyped) {
  ASSERT_NO_FATAL_FAILURE(create());
  const auto program = sotto({"identity", "show"});
  ASSERT_TRUE(program->shows("Passphrase: "));
  program->type(
      "wrong\x15"
      "correct horses\x7f\n");
  EXPECT_EQ(program->wait(), kDone) << program->screen();
}

TEST_F(PromptsTest, CtrlCAtThePassphraseLeavesTheTerminalAsItWas) {
  ASSERT_NO_FATAL_FAILURE(create());
  // A shell around it: the terminal is still there when the program is gone.
  ProgramOnTerminal shell(
      {"/bin/sh", "-c",
       "SOTTO_HOME=" + (folder_ / "home") + " " + SOTTO_PROGRAM + " identity show; echo \"code $?\"; stty -a"});
  ASSERT_TRUE(shell.shows("Passphrase: "));
  shell.type(ProgramOnTerminal::kCtrlC);
  ASSERT_TRUE(shell.shows("Cancelled.")) << shell.screen();
  ASSERT_TRUE(shell.shows("code 1")) << shell.screen();
  EXPECT_EQ(shell.wait(), 0);
  EXPECT_THAT(shell.screen(), testing::ContainsRegex(" echo "));
  EXPECT_THAT(shell.screen(), testing::ContainsRegex(" icanon "));
}

TEST_F(PromptsTest, RecoveryKeyIsShownUntilItsLastGroupIsTyped) {
  const auto program = sotto({"identity", "create", "--insecure-identity"});
  ASSERT_TRUE(program->shows("type its last group here: "));
  program->type_line("0000");
  ASSERT_TRUE(program->shows("That is not the last group."));
  ASSERT_TRUE(program->shows("type its last group here: "));
  EXPECT_FALSE(made());
  std::smatch key;
  ASSERT_TRUE(std::regex_search(program->screen(), key, std::regex("(?:[0-9A-Z]{4}[ -]){8}([0-9A-Z]{4})")))
      << program->screen();
  program->type_line(key.str(1));
  EXPECT_EQ(program->wait(), kDone) << program->screen();
  EXPECT_TRUE(made());
}

TEST_F(PromptsTest, RecoveryKeyThatWasNotWrittenDownMakesNothing) {
  const auto program = sotto({"identity", "create", "--insecure-identity"});
  for (int tries = 0; tries < 3; ++tries) {
    ASSERT_TRUE(program->shows("type its last group here: "));
    program->type_line("0000");
  }
  EXPECT_EQ(program->wait(), kFailed);
  EXPECT_THAT(program->screen(), HasSubstr("nothing has been made"));
  EXPECT_FALSE(made());
}

TEST_F(PromptsTest, AccountComesBackWithARecoveryKeyThatIsTypedUnseen) {
  ASSERT_NO_FATAL_FAILURE(create());
  const auto backup = sotto({"identity", "backup", "--passphrase-file", folder_ / "passphrase", folder_ / "backup"});
  const std::string key = content_of(folder_ / "paper");
  ASSERT_TRUE(backup->shows("Recovery key: "));
  backup->type(key);
  EXPECT_EQ(backup->wait(), kDone) << backup->screen();

  const auto recovering = sotto({"identity", "recover", "--insecure-identity", folder_ / "backup"}, "new");
  ASSERT_TRUE(recovering->shows("Recovery key: "));
  recovering->type(key);
  EXPECT_EQ(recovering->wait(), kDone) << recovering->screen();
  EXPECT_THAT(recovering->screen(), HasSubstr("The account is back"));
  for (const auto* const program : {backup.get(), recovering.get()}) {
    EXPECT_THAT(program->screen(), Not(HasSubstr(key.substr(0, 4))));
  }
}

}  // namespace
}  // namespace sotto::tools
