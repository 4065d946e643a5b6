#include <gmock/gmock.h>

#include <optional>

#include "base/random.hpp"
#include "signaling/identity/contact_store.hpp"
#include "signaling/identity/detail/contact_codec.hpp"
#include "signaling/identity/detail/identity_seal.hpp"
#include "signaling/identity/identity_file.hpp"
#include "tests/support/failing_file_system.hpp"
#include "tests/support/test_folder.hpp"
#include "tests/unit/identity/test_known_account.hpp"

// A save that ends at any of its system calls, by a crash or an error: what is there afterwards opens, and is the old
// or the new content.

namespace sotto::signaling {
namespace {

using End = FailingFileSystem::End;

const WallTime kNow{std::chrono::days(20000)};

struct Ending {
  End end;
  int error;
};
constexpr Ending kCrashes[] = {{End::kDieBefore, 0}, {End::kDieHalfWritten, 0}, {End::kDieAfter, 0}};
constexpr Ending kErrors[] = {{End::kFail, ENOSPC}, {End::kFail, EIO}};

/// A file of which there are two contents, and whoever reads it.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual Bytes content(bool fresh) const = 0;
  /// Whether the file opens as the new one; nullopt if there is none. Fails the test if it does not open.
  virtual std::optional<bool> open_as_fresh(const std::filesystem::path& path) const = 0;
};

class IdentitySubject : public Subject {
 public:
  IdentitySubject() {
    fresh_ = old_.clone();
    EXPECT_TRUE(fresh_.renew(kNow + std::chrono::days(8), system_random()));
  }
  Bytes content(bool fresh) const override {
    return seal_identity(fresh ? fresh_ : old_, Secret<32>(), "", {{}, true}, system_random()).value();
  }
  std::optional<bool> open_as_fresh(const std::filesystem::path& path) const override {
    const auto opened = open_identity_file(path, "");
    if (!opened && opened.error().code == ErrorCode::kUnavailable && !std::filesystem::exists(path)) return {};
    EXPECT_TRUE(opened.ok()) << opened.error().message;
    if (!opened) return {};
    const Bytes bundle = opened->keeper->current()->bundle();
    EXPECT_TRUE(bundle == old_.bundle() || bundle == fresh_.bundle());
    return bundle == fresh_.bundle();
  }

 private:
  DeviceIdentity old_ = DeviceIdentity::create(system_random(), kNow);
  DeviceIdentity fresh_ = old_.clone();
};

class ContactsSubject : public Subject {
 public:
  Bytes content(bool fresh) const override {
    std::vector<KnownAccount> accounts{test_known_account(1, "bob")};
    if (fresh) accounts.push_back(test_known_account(2, "carol"));
    return seal_contacts({accounts, {}}, key_, system_random());
  }
  std::optional<bool> open_as_fresh(const std::filesystem::path& path) const override {
    const auto store = ContactStore::open(path, key_.clone());
    EXPECT_TRUE(store.ok()) << store.error().message;
    if (!store || store->accounts().empty()) return {};
    EXPECT_NE(store->find("bob"), nullptr);
    return store->find("carol") != nullptr;
  }

 private:
  const Secret<32> key_ = Secret<32>(system_random().bytes<32>());
};

template <typename T>
class Crash : public testing::Test {
 protected:
  T subject;
  TestFolder folder;
  const std::filesystem::path path = folder / "file";

  /// Puts the old content back, without anything beside it.
  void start(bool with_old) {
    for (const std::string& name : folder.names()) std::filesystem::remove(folder / name);
    if (with_old) {
      ASSERT_TRUE(save_file(path, subject.content(false), SaveMode::kReplace).ok());
    }
  }

  int calls_of(SaveMode mode) {
    start(mode == SaveMode::kReplace);
    FailingFileSystem system;
    EXPECT_TRUE(save_file(path, subject.content(true), mode, system).ok());
    return static_cast<int>(system.calls().size());
  }

  /// The next save goes through and leaves nothing of the one that did not.
  void expect_that_saving_goes_on() {
    ASSERT_TRUE(save_file(path, subject.content(true), SaveMode::kReplace).ok());
    EXPECT_EQ(subject.open_as_fresh(path), true);
    std::set<std::string> names = folder.names();
    names.erase("file.lock");
    EXPECT_THAT(names, testing::ElementsAre("file"));
  }

  std::optional<bool> after_crash(SaveMode mode, int step, Ending ending) {
    start(mode == SaveMode::kReplace);
    const Bytes content = subject.content(true);
    const bool killed = killed_in([&] {
      FailingFileSystem system(step, ending.end);
      (void)save_file(path, content, mode, system);
    });
    EXPECT_TRUE(killed);
    return subject.open_as_fresh(path);
  }
};

using Subjects = testing::Types<IdentitySubject, ContactsSubject>;
TYPED_TEST_SUITE(Crash, Subjects);

TYPED_TEST(Crash, LeavesTheOldOrTheNewFile) {
  const int calls = this->calls_of(SaveMode::kReplace);
  for (int step = 0; step < calls; ++step) {
    for (const Ending& ending : kCrashes) {
      SCOPED_TRACE(testing::Message() << "call " << step << ", ending " << static_cast<int>(ending.end));
      const auto fresh = this->after_crash(SaveMode::kReplace, step, ending);
      ASSERT_TRUE(fresh.has_value()) << "the file is gone";
      if (step == 0) {
        EXPECT_FALSE(*fresh);
      }
      if (step == calls - 1) {
        EXPECT_TRUE(*fresh);
      }
      this->expect_that_saving_goes_on();
    }
  }
}

TYPED_TEST(Crash, OfTheFirstSaveLeavesNoFileOrAWholeOne) {
  const int calls = this->calls_of(SaveMode::kCreate);
  for (int step = 0; step < calls; ++step) {
    for (const Ending& ending : kCrashes) {
      SCOPED_TRACE(testing::Message() << "call " << step << ", ending " << static_cast<int>(ending.end));
      const auto fresh = this->after_crash(SaveMode::kCreate, step, ending);
      if (fresh.has_value()) {
        EXPECT_TRUE(*fresh);
      }
      if (step == calls - 1) {
        EXPECT_TRUE(fresh.has_value());
      }
      this->expect_that_saving_goes_on();
    }
  }
}

TYPED_TEST(Crash, AtFirstThenAtSecondSaveStillLeavesAFile) {
  const int calls = this->calls_of(SaveMode::kReplace);
  for (int first = 0; first < calls; ++first) {
    this->start(true);
    const Bytes content = this->subject.content(true);
    for (const int step : {first, calls - 1 - first}) {
      EXPECT_TRUE(killed_in([&] {
        FailingFileSystem system(step, End::kDieAfter);
        (void)save_file(this->path, content, SaveMode::kReplace, system);
      }));
      EXPECT_TRUE(this->subject.open_as_fresh(this->path).has_value());
    }
    this->expect_that_saving_goes_on();
  }
}

TYPED_TEST(Crash, AnErrorOfAnyCallLeavesTheOldOrTheNewFileAndIsReported) {
  for (const SaveMode mode : {SaveMode::kReplace, SaveMode::kCreate}) {
    const int calls = this->calls_of(mode);
    for (int step = 0; step < calls; ++step) {
      for (const Ending& ending : kErrors) {
        SCOPED_TRACE(testing::Message() << "call " << step << ", error " << ending.error);
        this->start(mode == SaveMode::kReplace);
        FailingFileSystem system(step, ending.end, ending.error);
        const auto saved = save_file(this->path, this->subject.content(true), mode, system);
        const auto fresh = this->subject.open_as_fresh(this->path);
        // Removing what is not there, or is removed next time, and closing what is on the disk, may fail in silence.
        const std::string& failed = system.calls()[static_cast<size_t>(step)];
        EXPECT_EQ(saved.ok(), failed == "unlink" || step == calls - 1) << failed;
        if (saved.ok()) {
          EXPECT_EQ(fresh, true);
        }
        if (!saved.ok()) {
          EXPECT_EQ(saved.error().code, ErrorCode::kUnavailable);
        }
        if (mode == SaveMode::kReplace) {
          EXPECT_TRUE(fresh.has_value());
        }
        this->expect_that_saving_goes_on();
      }
    }
  }
}

}  // namespace
}  // namespace sotto::signaling
