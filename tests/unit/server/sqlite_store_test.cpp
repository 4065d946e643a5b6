#include "signaling/server/sqlite_store.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/temporary_folder.hpp"

namespace sotto::signaling {
namespace {

using Inserted = DirectoryStore::Inserted;

DirectoryRow row(int number, size_t size = 100) {
  DirectoryRow made;
  made.account.bytes[0] = static_cast<uint8_t>(number);
  made.account.bytes[1] = static_cast<uint8_t>(number >> 8);
  made.name = "name" + std::to_string(number);
  made.record = Bytes(size, static_cast<uint8_t>(number));
  return made;
}

std::optional<DirectoryRow> load(DirectoryStore& store, int number) { return store.load(row(number).account).value(); }

class SqliteStoreTest : public testing::Test {
 protected:
  std::unique_ptr<SqliteStore> open() { return SqliteStore::open(file).value(); }

  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "directory.db";
};

TEST_F(SqliteStoreTest, GivesBackWhatItWasGiven) {
  const auto store = open();
  EXPECT_EQ(store->insert(row(1), std::nullopt).value(), Inserted::kDone);
  EXPECT_EQ(load(*store, 1), row(1));
  EXPECT_EQ(store->find("name1").value(), row(1).account);
  EXPECT_TRUE(store->contains(row(1).account).value());
  EXPECT_FALSE(load(*store, 2));
  EXPECT_FALSE(store->find("name2").value());
  EXPECT_FALSE(store->contains(row(2).account).value());
}

TEST_F(SqliteStoreTest, HasOneAccountForANameAndOneNameForAnAccount) {
  const auto store = open();
  EXPECT_EQ(store->insert(row(1), std::nullopt).value(), Inserted::kDone);
  DirectoryRow same_name = row(2);
  same_name.name = "name1";
  EXPECT_EQ(store->insert(same_name, std::nullopt).value(), Inserted::kNameTaken);
  DirectoryRow same_account = row(1);
  same_account.name = "other";
  EXPECT_EQ(store->insert(same_account, std::nullopt).value(), Inserted::kAccountTaken);
  EXPECT_FALSE(load(*store, 2));
}

TEST_F(SqliteStoreTest, UsesAnInviteUpWithTheAccountThatItWasFor) {
  const Sha256Digest invite{1, 2, 3};
  {
    const auto store = open();
    EXPECT_EQ(store->insert(row(1), std::nullopt).value(), Inserted::kDone);
    DirectoryRow taken = row(2);
    taken.name = "name1";
    EXPECT_EQ(store->insert(taken, invite).value(), Inserted::kNameTaken);
    EXPECT_EQ(store->insert(row(2), invite).value(), Inserted::kDone) << "it was not used up in vain";
  }
  EXPECT_EQ(open()->insert(row(3), invite).value(), Inserted::kInviteUsed);
  EXPECT_FALSE(load(*open(), 3));
}

TEST_F(SqliteStoreTest, IsThereAgainWhenItIsOpenedAgain) {
  { EXPECT_TRUE(open()->insert(row(1), std::nullopt).ok()); }
  const auto store = open();
  DirectoryRow changed = row(1);
  changed.record = Bytes(5000, 9);
  changed.profile = Bytes(3, 7);
  EXPECT_TRUE(store->update(changed).ok());
  EXPECT_EQ(load(*store, 1), changed);
}

TEST_F(SqliteStoreTest, IsForItsOwnerAlone) {
  const auto store = open();
  EXPECT_TRUE(store->insert(row(1), std::nullopt).ok());
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    struct stat status {};
    ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u) << entry.path();
  }
}

TEST_F(SqliteStoreTest, BelongsToOneProcessAtATime) {
  const auto store = open();
  const auto second = SqliteStore::open(file);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(second.error().message.find("running already"), std::string::npos);
}

TEST_F(SqliteStoreTest, ReadsWithoutChangingAByte) {
  const auto store = open();
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(store->insert(row(i), std::nullopt).ok());
  const auto before = contents_of(folder.path());
  for (int i = 0; i < 1000; ++i) {
    (void)store->find("name" + std::to_string(i)).value();
    (void)load(*store, i);
  }
  EXPECT_EQ(contents_of(folder.path()), before);
}

TEST_F(SqliteStoreTest, RefusesADamagedFile) {
  {
    const auto store = open();
    for (int i = 0; i < 200; ++i) EXPECT_TRUE(store->insert(row(i, 2000), std::nullopt).ok());
  }
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(8 * 4096);
  stream << std::string(16 * 4096, '!');
  stream.close();
  const auto store = SqliteStore::open(file);
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code, ErrorCode::kMalformed);
  EXPECT_NE(store.error().message.find("damaged"), std::string::npos);
}

TEST_F(SqliteStoreTest, RefusesWhatIsNoDatabase) {
  std::ofstream(file) << std::string(10'000, '?');
  const auto store = SqliteStore::open(file);
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code, ErrorCode::kMalformed);
  EXPECT_EQ(content_of(file), std::string(10'000, '?'));
}

TEST_F(SqliteStoreTest, SaysThatAFolderIsNotThere) {
  const auto store = SqliteStore::open(folder.path() / "nowhere" / "directory.db");
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code, ErrorCode::kUnavailable);
}

/// Writes until it fails: with an error of the right kind, and without losing anything that was confirmed.
void fill(SqliteStore& store) {
  int confirmed = 0;
  Result<Inserted> inserted = Inserted::kDone;
  while (confirmed < 10'000 && (inserted = store.insert(row(confirmed, 4000), std::nullopt)).ok()) ++confirmed;
  ASSERT_FALSE(inserted.ok());
  EXPECT_EQ(inserted.error().code, ErrorCode::kUnavailable) << inserted.error().message;
  EXPECT_GT(confirmed, 3);
  for (int i = 0; i < confirmed; ++i) EXPECT_EQ(load(store, i), row(i, 4000)) << i;
  EXPECT_FALSE(load(store, confirmed));
}

TEST_F(SqliteStoreTest, SaysThatTheDiskIsFullAndGoesOnReading) {
  const std::filesystem::path disk = folder.path() / "disk";
  std::filesystem::create_directory(disk);
  if (::mount("none", disk.c_str(), "tmpfs", 0, "size=512k") != 0) GTEST_SKIP() << "mounting needs root";
  {
    const auto store = SqliteStore::open(disk / "directory.db").value();
    fill(*store);
    EXPECT_EQ(store->insert(row(999, 4000), std::nullopt).error().message, "The disk that has the directory is full.");
  }
  EXPECT_EQ(load(*SqliteStore::open(disk / "directory.db").value(), 2), row(2, 4000));
  EXPECT_EQ(::umount2(disk.c_str(), MNT_DETACH), 0);
}

TEST_F(SqliteStoreTest, GoesOnWritingWhenThereIsRoomAgain) {
  const auto store = open();
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old_handler = signal(SIGXFSZ, SIG_IGN);
  const rlimit small{256 * 1024, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  fill(*store);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  signal(SIGXFSZ, old_handler);
  EXPECT_EQ(store->insert(row(1000), std::nullopt).value(), Inserted::kDone);
  EXPECT_EQ(load(*store, 1000), row(1000));
}

TEST_F(SqliteStoreTest, HasEverythingItConfirmedWhenTheProcessIsKilled) {
  int confirmations[2];
  ASSERT_EQ(::pipe(confirmations), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = open();
    for (int i = 0;; ++i) {
      if (!store->insert(row(i), std::nullopt).ok() || ::write(confirmations[1], &i, sizeof i) != sizeof i) _exit(1);
    }
  }
  int last = -1;
  while (last < 20) ASSERT_EQ(::read(confirmations[0], &last, sizeof last), static_cast<ssize_t>(sizeof last));
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ::waitpid(child, nullptr, 0);
  const auto store = open();
  for (int i = 0; i <= last; ++i) EXPECT_EQ(load(*store, i), row(i)) << i;
  ::close(confirmations[0]);
  ::close(confirmations[1]);
}

}  // namespace
}  // namespace sotto::signaling
