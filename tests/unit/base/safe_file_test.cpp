#include "base/safe_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "tests/support/failing_file_system.hpp"
#include "tests/support/test_folder.hpp"

namespace sotto {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Bytes kOld(5000, 'o');
const Bytes kNew(9000, 'n');

class SafeFile : public testing::Test {
 protected:
  TestFolder folder;
  const std::filesystem::path path = folder / "file";

  ErrorCode load_error(size_t max_size = 10'000) const { return load_file(path, max_size).error().code; }
};

TEST_F(SafeFile, ReadsBackWhatWasSavedLast) {
  ASSERT_TRUE(save_file(path, kOld, SaveMode::kReplace).ok());
  ASSERT_TRUE(save_file(path, kNew, SaveMode::kReplace).ok());
  const auto content = load_file(path, kNew.size());
  ASSERT_TRUE(content.ok()) << content.error().message;
  EXPECT_TRUE(std::ranges::equal(content->view(), kNew));
  EXPECT_THAT(folder.names(), ElementsAre("file"));
}

TEST_F(SafeFile, IsItsOwnersAloneWhateverTheUmask) {
  const mode_t before = ::umask(0);
  ASSERT_TRUE(save_file(path, kOld, SaveMode::kCreate).ok());
  ::umask(before);
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(status.st_nlink, 1u) << "the temporary name is still there";
}

TEST_F(SafeFile, IsNotCreatedOverAnother) {
  ASSERT_TRUE(save_file(path, kOld, SaveMode::kCreate).ok());
  EXPECT_EQ(save_file(path, kNew, SaveMode::kCreate).error().code, ErrorCode::kRefused);
  EXPECT_EQ(TestFolder::read(path), kOld);
  EXPECT_THAT(folder.names(), ElementsAre("file"));
}

TEST_F(SafeFile, IsOnTheDiskBeforeItHasTheNameAndTheNameIsBeforeItIsSaved) {
  FailingFileSystem replacing;
  ASSERT_TRUE(save_file(path, kOld, SaveMode::kReplace, replacing).ok());
  EXPECT_THAT(replacing.calls(),
              ElementsAre("unlink", "open", "write", "fsync", "close", "rename", "open", "fsync", "close"));
  std::filesystem::remove(path);
  FailingFileSystem creating;
  ASSERT_TRUE(save_file(path, kOld, SaveMode::kCreate, creating).ok());
  EXPECT_THAT(creating.calls(),
              ElementsAre("unlink", "open", "write", "fsync", "close", "link", "unlink", "open", "fsync", "close"));
}

TEST_F(SafeFile, IsWholeIfTheSystemTakesItInPieces) {
  class Slow : public FileSystem {
   public:
    ssize_t write(int descriptor, const uint8_t* data, size_t size) override {
      if (++calls_ % 2 == 1) {
        errno = EINTR;
        return -1;
      }
      return FileSystem::write(descriptor, data, std::min<size_t>(size, 100));
    }

   private:
    int calls_ = 0;
  } slow;
  ASSERT_TRUE(save_file(path, kNew, SaveMode::kReplace, slow).ok());
  EXPECT_EQ(TestFolder::read(path), kNew);
}

TEST_F(SafeFile, SaysThatTheDiskIsFullAndThatTheOldFileIsWhole) {
  ASSERT_TRUE(save_file(path, kOld, SaveMode::kReplace).ok());
  FailingFileSystem full(2, FailingFileSystem::End::kFail, ENOSPC);
  const auto saved = save_file(path, kNew, SaveMode::kReplace, full);
  ASSERT_FALSE(saved.ok());
  EXPECT_EQ(saved.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(saved.error().message, HasSubstr("Make room"));
  EXPECT_EQ(TestFolder::read(path), kOld);
  EXPECT_THAT(folder.names(), ElementsAre("file"));
}

TEST_F(SafeFile, IsNotReadThroughALink) {
  ASSERT_TRUE(save_file(folder / "elsewhere", kOld, SaveMode::kCreate).ok());
  std::filesystem::create_symlink(folder / "elsewhere", path);
  EXPECT_EQ(load_error(), ErrorCode::kRefused);
}

TEST_F(SafeFile, ReplacesALinkAndNotWhatItPointsTo) {
  ASSERT_TRUE(save_file(folder / "elsewhere", kOld, SaveMode::kCreate).ok());
  std::filesystem::create_symlink(folder / "elsewhere", path);
  std::filesystem::create_symlink(folder / "elsewhere", folder / "file.new");
  ASSERT_TRUE(save_file(path, kNew, SaveMode::kReplace).ok());
  EXPECT_EQ(TestFolder::read(folder / "elsewhere"), kOld);
  EXPECT_FALSE(std::filesystem::is_symlink(path));
}

TEST_F(SafeFile, IsNotReadIfOthersMayReadOrWriteIt) {
  ASSERT_TRUE(save_file(path, kOld, SaveMode::kCreate).ok());
  for (const mode_t mode : {0640u, 0620u, 0604u, 0602u, 0644u}) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    const auto content = load_file(path, 10'000);
    ASSERT_FALSE(content.ok()) << std::oct << mode;
    EXPECT_EQ(content.error().code, ErrorCode::kRefused);
    EXPECT_THAT(content.error().message, HasSubstr("chmod 600"));
  }
}

TEST_F(SafeFile, IsNotReadIfItBelongsToSomebodyElse) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may give a file away";
  ASSERT_TRUE(save_file(path, kOld, SaveMode::kCreate).ok());
  ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
  EXPECT_EQ(load_error(), ErrorCode::kRefused);
}

TEST_F(SafeFile, IsNotReadIfItIsTooLargeOrNoFileOrNotThere) {
  EXPECT_EQ(load_error(), ErrorCode::kUnavailable);
  ASSERT_TRUE(save_file(path, kOld, SaveMode::kCreate).ok());
  EXPECT_EQ(load_error(kOld.size() - 1), ErrorCode::kMalformed);
  std::filesystem::remove(path);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(load_error(), ErrorCode::kMalformed);
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  EXPECT_EQ(load_error(), ErrorCode::kMalformed);
}

TEST_F(SafeFile, LockHoldsAcrossASaveAndGoesWithItsProcess) {
  {
    const auto lock = FileLock::take(path);
    ASSERT_TRUE(lock.ok());
    ASSERT_TRUE(save_file(path, kOld, SaveMode::kReplace).ok());
    const auto second = FileLock::take(path);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
    EXPECT_THAT(second.error().message, HasSubstr("in use"));
  }
  EXPECT_TRUE(killed_in([this] {
    const auto lock = FileLock::take(path);
    if (lock.ok()) ::kill(::getpid(), SIGKILL);
  }));
  EXPECT_TRUE(FileLock::take(path).ok());
}

}  // namespace
}  // namespace sotto
