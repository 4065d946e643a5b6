#pragma once

#include <filesystem>
#include <memory>

#include <sotto/result.hpp>
#include "signaling/server/directory_store.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace sotto::signaling {

/// The accounts in one SQLite file, which this process has for itself alone. Written ahead (WAL) and flushed with each
/// change; reading leaves every file as it is, byte by byte. One thread.
class SqliteStore final : public DirectoryStore {
 public:
  /// Opens the file, or makes it, for its owner alone. kUnavailable: it cannot be read or written, or another process
  /// has it; kMalformed: it is damaged, or no directory of ours; kInvalidArgument: of a later version.
  static Result<std::unique_ptr<SqliteStore>> open(const std::filesystem::path& file);
  /// In memory, for as long as the object lives.
  static Result<std::unique_ptr<SqliteStore>> open_in_memory();

  Result<std::optional<AccountId>> find(std::string_view name) override;
  Result<bool> contains(const AccountId& account) override;
  Result<std::optional<DirectoryRow>> load(const AccountId& account) override;
  Result<Inserted> insert(const DirectoryRow& row, const std::optional<Sha256Digest>& invite) override;
  Result<void> update(const DirectoryRow& row) override;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

  SqliteStore() = default;
  static Result<std::unique_ptr<SqliteStore>> open_database(const char* path);
  Result<void> set_up();
  Result<void> check_whose();
  Result<Statement> prepare(const char* sql);
  Result<void> execute(const char* sql);
  Result<int> read_number(const char* sql);
  Result<Inserted> insert_within_transaction(const DirectoryRow& row, const std::optional<Sha256Digest>& invite);
  Error failure() const;

  std::unique_ptr<sqlite3, Close> database_;
  Statement find_, contains_, load_, insert_, update_, use_invite_;
};

}  // namespace sotto::signaling
