#include <gmock/gmock.h>

#include <filesystem>
#include <string>

#include "base/bytes.hpp"
#include "tests/support/shell_command.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/command.hpp"
#include "tools/settings/private_file.hpp"

// `sotto identity` and `sotto contacts` as a script runs them: the program itself, without a terminal.

namespace sotto::tools {
namespace {

using testing::HasSubstr;

class IdentityProgramTest : public testing::Test {
 protected:
  IdentityProgramTest() {
    secret("right", "correct horse");
    secret("wrong", "battery staple");
  }

  void secret(const std::string& name, const std::string& text) {
    ASSERT_TRUE(write_new_private_file(folder_ / name, as_bytes(text + "\n")).ok());
  }

  /// Runs `sotto ARGUMENTS` in a session of its own, which has no terminal. Errors are among the text.
  ShellOutcome sotto(const std::string& arguments, const std::string& home = "home") {
    const std::string command = "cd " + folder_.path().string() + " && SOTTO_HOME=" + folder_ / home + " setsid -w " +
                                SOTTO_PROGRAM + " " + arguments + " 2>&1 </dev/null";
    return run_in_shell(command);
  }

  void create() {
    const ShellOutcome created = sotto("identity create --passphrase-file right --recovery-file paper");
    ASSERT_EQ(created.code, kDone) << created.text;
  }

  TemporaryFolder folder_;
};

TEST_F(IdentityProgramTest, SaysHowToMakeAnIdentityIfThereIsNone) {
  const ShellOutcome shown = sotto("identity show");
  EXPECT_EQ(shown.code, kFailed);
  EXPECT_THAT(shown.text, HasSubstr("sotto identity create"));
}

TEST_F(IdentityProgramTest, MakesAnIdentityThatOnlyItsPassphraseOpens) {
  ASSERT_NO_FATAL_FAILURE(create());
  EXPECT_THAT(sotto("identity show --passphrase-file right").text, HasSubstr("Device list         version 1"));
  const ShellOutcome wrong = sotto("identity show --passphrase-file wrong");
  EXPECT_EQ(wrong.code, kFailed);
  EXPECT_THAT(wrong.text, HasSubstr("passphrase"));
}

TEST_F(IdentityProgramTest, PrintsTheRecoveryKeyOnceIfItHasNoFileForIt) {
  const ShellOutcome created = sotto("identity create --passphrase-file right");
  EXPECT_EQ(created.code, kDone) << created.text;
  EXPECT_THAT(created.text, HasSubstr("Write it on paper"));
}

TEST_F(IdentityProgramTest, DoesNotReplaceAnIdentity) {
  ASSERT_NO_FATAL_FAILURE(create());
  const ShellOutcome again = sotto("identity create --passphrase-file right --recovery-file paper2");
  EXPECT_EQ(again.code, kFailed);
  EXPECT_THAT(again.text, HasSubstr("is there already"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "paper2"));
}

TEST_F(IdentityProgramTest, MakesNothingIfTheRecoveryKeyCannotBeWritten) {
  const ShellOutcome created = sotto("identity create --passphrase-file right --recovery-file missing/paper");
  EXPECT_EQ(created.code, kFailed);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "home/identity"));
}

TEST_F(IdentityProgramTest, AsksForAPassphraseOnlyOnATerminal) {
  const ShellOutcome created = sotto("identity create");
  EXPECT_EQ(created.code, kFailed);
  EXPECT_THAT(created.text, HasSubstr("--passphrase-file"));
}

TEST_F(IdentityProgramTest, ChangesThePassphrase) {
  ASSERT_NO_FATAL_FAILURE(create());
  const ShellOutcome changed = sotto("identity change-passphrase --passphrase-file right --new-passphrase-file wrong");
  ASSERT_EQ(changed.code, kDone) << changed.text;
  EXPECT_EQ(sotto("identity show --passphrase-file right").code, kFailed);
  EXPECT_EQ(sotto("identity show --passphrase-file wrong").code, kDone);
}

TEST_F(IdentityProgramTest, BringsAnAccountBackFromItsBackup) {
  ASSERT_NO_FATAL_FAILURE(create());
  const ShellOutcome saved = sotto("identity backup --passphrase-file right --recovery-file paper backup");
  ASSERT_EQ(saved.code, kDone) << saved.text;
  const ShellOutcome back = sotto("identity recover --passphrase-file wrong --recovery-file paper backup", "new");
  ASSERT_EQ(back.code, kDone) << back.text;
  EXPECT_THAT(back.text, HasSubstr("sotto identity register --name NAME --server")) << "it had neither";
  const std::string before = sotto("identity show --passphrase-file right").text;
  const std::string after = sotto("identity show --passphrase-file wrong", "new").text;
  EXPECT_EQ(before.substr(0, before.find('\n')), after.substr(0, after.find('\n')));
  EXPECT_THAT(after, HasSubstr("replaced 1 of at most 2 times"));
}

TEST_F(IdentityProgramTest, RefusesANameThatIsNone) {
  const ShellOutcome created = sotto("identity create --insecure-identity --recovery-file paper --name 4711");
  EXPECT_EQ(created.code, kWrongUsage);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "home/identity"));
}

TEST_F(IdentityProgramTest, HasNoContactsAtFirstAndNeedsAServerToFindOne) {
  ASSERT_EQ(sotto("identity create --insecure-identity --recovery-file paper").code, kDone);
  EXPECT_THAT(sotto("contacts list --insecure-identity").text, HasSubstr("no contacts yet"));
  EXPECT_THAT(sotto("contacts requests --insecure-identity").text, HasSubstr("Nobody"));
  const ShellOutcome added = sotto("contacts add anna --yes --insecure-identity");
  EXPECT_EQ(added.code, kWrongUsage);
  EXPECT_THAT(added.text, HasSubstr("--server"));
  EXPECT_EQ(sotto("contacts block anna --insecure-identity").code, kFailed);
  EXPECT_EQ(sotto("contacts verify anna --same --different --insecure-identity").code, kWrongUsage);
}

}  // namespace
}  // namespace sotto::tools
