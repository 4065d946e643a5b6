#include "tools/settings/settings.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.hpp"
#include "tools/settings/passphrase.hpp"
#include "tools/settings/private_file.hpp"
#include "tools/settings/secret_line.hpp"

namespace sotto::tools {
namespace {

using std::filesystem::perms;
using testing::HasSubstr;

/// An environment variable for the length of a test.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* const before = std::getenv(name)) before_ = before;
    value == nullptr ? ::unsetenv(name) : ::setenv(name, value, 1);
  }
  ~Variable() { before_.empty() ? ::unsetenv(name_) : ::setenv(name_, before_.c_str(), 1); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::string before_;
};

TEST(Places, AreWhereSottoHomeSays) {
  const Variable home("SOTTO_HOME", "/somewhere/else");
  const Result<Places> places = find_places();
  ASSERT_TRUE(places.ok());
  EXPECT_EQ(places->identity(), "/somewhere/else/identity");
  EXPECT_EQ(places->contacts(), "/somewhere/else/contacts");
  EXPECT_EQ(places->settings(), "/somewhere/else/settings.json");
}

TEST(Places, AreElseUnderTheDataFolderAndElseUnderTheHomeFolder) {
  const Variable sotto("SOTTO_HOME", nullptr);
  const Variable home("HOME", "/houses/anna");
  {
    const Variable data("XDG_DATA_HOME", "/data");
    EXPECT_EQ(find_places()->home, "/data/sotto");
  }
  const Variable relative("XDG_DATA_HOME", "data");
  EXPECT_EQ(find_places()->home, "/houses/anna/.local/share/sotto");
}

TEST(Settings, AreEmptyBeforeTheFirstAreSaved) {
  const TemporaryFolder folder;
  const Result<Settings> settings = load_settings(folder / "settings.json");
  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(*settings, Settings{});
}

TEST(Settings, ComeBackAsTheyWereSavedAndBelongToTheirOwnerAlone) {
  const TemporaryFolder folder;
  const Settings settings{.server = "host:7443#pin", .proxy = "socks5://u:p@proxy:1080", .name = "anna"};
  ASSERT_TRUE(save_settings(folder / "settings.json", settings).ok());
  EXPECT_EQ(*load_settings(folder / "settings.json"), settings);
  EXPECT_EQ(std::filesystem::status(folder / "settings.json").permissions(), perms::owner_read | perms::owner_write);
  EXPECT_FALSE(std::filesystem::exists(folder / "settings.json.new"));
}

TEST(Settings, AreTextInABackup) {
  const Settings settings{.server = "host:7443#pin", .proxy = {}, .name = "anna"};
  EXPECT_EQ(*parse_settings(settings_text(settings)), settings);
  EXPECT_FALSE(parse_settings("").ok());
  EXPECT_FALSE(parse_settings("{\"name\":4711}").ok());
}

TEST(Settings, SayWhatInTheirFileCannotBeUsed) {
  const TemporaryFolder folder;
  std::ofstream(folder / "a") << "[]";
  std::ofstream(folder / "b") << R"({"server": 7})";
  EXPECT_THAT(load_settings(folder / "a").error().message, HasSubstr("not a JSON object"));
  EXPECT_THAT(load_settings(folder / "b").error().message, HasSubstr("\"server\""));
}

TEST(PrivateFile, DoesNotReplaceAFileThatMustBeNew) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_new_private_file(folder / "key", as_bytes("one")).ok());
  const Result<void> again = write_new_private_file(folder / "key", as_bytes("two"));
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, ErrorCode::kRefused);
  EXPECT_EQ(read_whole_file(folder / "key", 100)->size(), 3u);
}

TEST(PrivateFile, IsNotReadBeyondItsLimit) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_new_private_file(folder / "file", as_bytes("12345")).ok());
  EXPECT_TRUE(read_whole_file(folder / "file", 5).ok());
  EXPECT_EQ(read_whole_file(folder / "file", 4).error().code, ErrorCode::kInvalidArgument);
}

TEST(Passphrase, IsTheFirstLineOfItsFile) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_new_private_file(folder / "secret", as_bytes("correct horse\r\nmore\n")).ok());
  const Result<SecretBytes> passphrase = read_passphrase({.file = folder / "secret"});
  ASSERT_TRUE(passphrase.ok());
  EXPECT_EQ(as_text(*passphrase), "correct horse");
}

TEST(Passphrase, IsRefusedFromAFileThatOthersCanRead) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_new_private_file(folder / "secret", as_bytes("correct horse\n")).ok());
  std::filesystem::permissions(folder / "secret", perms::group_read, std::filesystem::perm_options::add);
  const Result<SecretBytes> passphrase = read_passphrase({.file = folder / "secret"});
  ASSERT_FALSE(passphrase.ok());
  EXPECT_EQ(passphrase.error().code, ErrorCode::kRefused);
  EXPECT_THAT(passphrase.error().message, HasSubstr("chmod 600"));
}

TEST(Passphrase, LeavesTheNextLineOfAPipeForTheNextOne) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], "old\nnew\n", 8), 8);
  ::close(ends[1]);
  EXPECT_EQ(as_text(*read_passphrase({.file = {}, .fd = ends[0]})), "old");
  EXPECT_EQ(as_text(*read_new_passphrase({.file = {}, .fd = ends[0]})), "new");
  ::close(ends[0]);
}

TEST(Passphrase, MayBeEmptyOnlyIfThatIsSaid) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_new_private_file(folder / "secret", as_bytes("\n")).ok());
  EXPECT_EQ(read_new_passphrase({.file = folder / "secret"}).error().code, ErrorCode::kRefused);
  EXPECT_TRUE(read_new_passphrase({.file = {}, .insecure = true}).ok());
}

std::string typed(std::string_view keys) {
  SecretLine line;
  for (const char key : keys) {
    const SecretLine::State state = line.type(static_cast<uint8_t>(key));
    if (state == SecretLine::State::kCancelled) return "(cancelled)";
    if (state == SecretLine::State::kDone) break;
  }
  const SecretBytes taken = line.take();
  return std::string(as_text(taken));
}

TEST(SecretLine, IsEditedByBackspaceAWholeCharacterAtATime) {
  EXPECT_EQ(typed("abc\x7f\x7fz\r"), "az");
  EXPECT_EQ(typed("a\xc3\xa4\x7f\n"), "a");
  EXPECT_EQ(typed("wrong\x15right\n"), "right");
  EXPECT_EQ(typed("\x7f\x7f\n"), "");
}

TEST(SecretLine, IsCancelledByCtrlCAndByWhatDoesNotFit) {
  EXPECT_EQ(typed("abc\x03"), "(cancelled)");
  EXPECT_EQ(typed("\x04"), "(cancelled)");
  EXPECT_EQ(typed(std::string(SecretLine::kMaxSize, 'a') + "\n").size(), SecretLine::kMaxSize);
  EXPECT_EQ(typed(std::string(SecretLine::kMaxSize + 1, 'a')), "(cancelled)");
}

}  // namespace
}  // namespace sotto::tools
