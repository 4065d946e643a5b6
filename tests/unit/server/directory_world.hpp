#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "signaling/server/directory.hpp"
#include "tests/unit/server/test_world.hpp"

namespace sotto::signaling {

/// Counts what is asked of a store, and fails when it is told to.
class WatchedStore final : public DirectoryStore {
 public:
  Result<std::optional<AccountId>> find(std::string_view name) override { return note("find"), store->find(name); }
  Result<bool> contains(const AccountId& account) override { return note("contains"), store->contains(account); }
  Result<std::optional<DirectoryRow>> load(const AccountId& account) override {
    return note("load"), store->load(account);
  }
  Result<Inserted> insert(const DirectoryRow& row, const std::optional<Sha256Digest>& invite) override {
    if (is_full) return Error{ErrorCode::kUnavailable, "full"};
    return note("insert"), store->insert(row, invite);
  }
  Result<void> update(const DirectoryRow& row) override {
    if (is_full) return Error{ErrorCode::kUnavailable, "full"};
    return note("update"), store->update(row);
  }
  void note(const char* what) { steps.emplace_back(what); }

  std::unique_ptr<SqliteStore> store = SqliteStore::open_in_memory().value();
  std::vector<std::string> steps;
  bool is_full = false;
};

class DirectoryTest : public testing::Test {
 protected:
  DirectoryTest() {
    auto owned = std::make_unique<WatchedStore>();
    store = owned.get();
    world.store = std::move(owned);
  }
  wire::Refusal refusal(const wire::ToDevice& answer) { return answer.refused().refusal(); }

  TestWorld world;
  WatchedStore* store = nullptr;
  TestAccount alice{1};
  TestAccount bob{2};
};

}  // namespace sotto::signaling
