#include "signaling/server/sqlite_store.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <utility>

namespace sotto::signaling {
namespace {

constexpr int kApplicationId = 0x736f7431;  // "sot1", so that no other program's file is taken for ours
constexpr int kFormatVersion = 1;

constexpr const char* kTables =
    "CREATE TABLE account (id BLOB PRIMARY KEY, name TEXT NOT NULL UNIQUE, record BLOB NOT NULL,"
    " profile BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE used_invite (hash BLOB PRIMARY KEY) WITHOUT ROWID;";

/// One run of a prepared statement: values in, rows out, and the statement is ready for the next.
class Run {
 public:
  explicit Run(sqlite3_stmt* statement) : statement_(statement) {}
  ~Run() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  // What is bound outlives the run. SQLite takes a null pointer for NULL, also with a length of 0.
  Run& bind(ByteView bytes) {
    static constexpr uint8_t kNoBytes = 0;
    sqlite3_bind_blob(statement_, ++bound_, bytes.empty() ? &kNoBytes : bytes.data(), static_cast<int>(bytes.size()),
                      SQLITE_STATIC);
    return *this;
  }
  Run& bind_text(std::string_view text) {
    sqlite3_bind_text(statement_, ++bound_, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    return *this;
  }
  int step() { return sqlite3_step(statement_); }

  ByteView column(int index) const {
    const void* const data = sqlite3_column_blob(statement_, index);
    return {static_cast<const uint8_t*>(data), static_cast<size_t>(sqlite3_column_bytes(statement_, index))};
  }
  Bytes column_bytes(int index) const {
    const ByteView view = column(index);
    return {view.begin(), view.end()};
  }

 private:
  sqlite3_stmt* const statement_;
  int bound_ = 0;
};

Error unavailable(std::string what) { return {ErrorCode::kUnavailable, std::move(what)}; }

Error damaged() {
  return {
      ErrorCode::kMalformed,
      "The directory is damaged: put back a copy of it, or start with a new state folder, where everybody registers "
      "again."};
}

/// So that the file is made with the permissions that it is to have: SQLite gives those to the files beside it as well.
Result<void> make_file(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) {
    return unavailable("The directory " + file.string() + " cannot be opened: " + std::strerror(errno) + ".");
  }
  ::close(descriptor);
  return {};
}

}  // namespace

void SqliteStore::Close::operator()(sqlite3* database) const { sqlite3_close(database); }
void SqliteStore::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::filesystem::path& file) {
  if (const Result<void> made = make_file(file); !made) return made.error();
  return open_database(file.c_str());
}

Result<std::unique_ptr<SqliteStore>> SqliteStore::open_in_memory() { return open_database(":memory:"); }

Result<std::unique_ptr<SqliteStore>> SqliteStore::open_database(const char* path) {
  std::unique_ptr<SqliteStore> store(new SqliteStore());
  sqlite3* database = nullptr;
  const int opened = sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  store->database_.reset(database);
  if (opened != SQLITE_OK) return store->failure();
  if (const Result<void> ready = store->set_up(); !ready) return ready.error();
  return store;
}

Result<void> SqliteStore::set_up() {
  sqlite3_extended_result_codes(database_.get(), 1);
  // Exclusive first: then the index of the WAL is in our memory and not in a file that every reader writes to.
  if (const auto done = execute("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                                "BEGIN EXCLUSIVE; COMMIT;");
      !done) {
    return done;
  }
  if (const auto done = check_whose(); !done) return done;
  const auto get_ready = [this](Statement& statement, const char* sql) -> Result<void> {
    Result<Statement> prepared = prepare(sql);
    if (!prepared) return prepared.error();
    statement = std::move(prepared).value();
    return {};
  };
  for (const auto& [statement, sql] : std::initializer_list<std::pair<Statement*, const char*>>{
           {&find_, "SELECT id FROM account WHERE name = ?"},
           {&contains_, "SELECT 1 FROM account WHERE id = ?"},
           {&load_, "SELECT name, record, profile FROM account WHERE id = ?"},
           {&insert_, "INSERT INTO account (id, name, record, profile) VALUES (?, ?, ?, ?)"},
           {&update_, "UPDATE account SET record = ?, profile = ? WHERE id = ?"},
           {&use_invite_, "INSERT INTO used_invite (hash) VALUES (?)"}}) {
    if (const Result<void> done = get_ready(*statement, sql); !done) return done;
  }
  return {};
}

Result<void> SqliteStore::check_whose() {
  const Result<int> application = read_number("PRAGMA application_id");
  if (!application) return application.error();
  const Result<int> version = read_number("PRAGMA user_version");
  if (!version) return version.error();
  const Result<int> tables = read_number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  if (*tables == 0 && *application == 0) {
    const std::string numbers = "PRAGMA application_id=" + std::to_string(kApplicationId) +
                                ";PRAGMA user_version=" + std::to_string(kFormatVersion) + ";";
    return execute(("BEGIN;" + std::string(kTables) + numbers + "COMMIT;").c_str());
  }
  if (*application != kApplicationId) {
    return Error{ErrorCode::kMalformed, "The directory is a database of another program: give another state folder."};
  }
  if (*version != kFormatVersion) {
    return Error{ErrorCode::kInvalidArgument, "The directory was written by a later version of sotto: use that one."};
  }
  Result<Statement> check = prepare("PRAGMA quick_check(1)");
  if (!check) return check.error();
  Run run(check->get());
  if (run.step() != SQLITE_ROW) return failure();
  const ByteView verdict = run.column(0);
  if (!std::ranges::equal(verdict, as_bytes("ok"))) {
    return damaged();
  }
  return {};
}

Result<SqliteStore::Statement> SqliteStore::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(database_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
    return failure();
  }
  return Statement(statement);
}

Result<void> SqliteStore::execute(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return failure();
  return {};
}

Result<int> SqliteStore::read_number(const char* sql) {
  Result<Statement> statement = prepare(sql);
  if (!statement) return statement.error();
  if (sqlite3_step(statement->get()) != SQLITE_ROW) return failure();
  return sqlite3_column_int(statement->get(), 0);
}

Error SqliteStore::failure() const {
  switch (sqlite3_errcode(database_.get()) & 0xff) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return damaged();
    case SQLITE_BUSY:
      return unavailable("Another process has the directory open: is the server running already?");
    case SQLITE_FULL:
      return unavailable("The disk that has the directory is full.");
    default:
      return unavailable(std::string("The directory cannot be read or written: ") + sqlite3_errmsg(database_.get()) +
                         ".");
  }
}

Result<std::optional<AccountId>> SqliteStore::find(std::string_view name) {
  Run run(find_.get());
  const int step = run.bind_text(name).step();
  if (step == SQLITE_DONE) return std::optional<AccountId>();
  AccountId account;
  const ByteView id = run.column(0);
  if (step != SQLITE_ROW || id.size() != account.bytes.size()) return failure();
  std::ranges::copy(id, account.bytes.begin());
  return std::optional(account);
}

Result<bool> SqliteStore::contains(const AccountId& account) {
  Run run(contains_.get());
  const int step = run.bind(account.bytes).step();
  if (step != SQLITE_ROW && step != SQLITE_DONE) return failure();
  return step == SQLITE_ROW;
}

Result<std::optional<DirectoryRow>> SqliteStore::load(const AccountId& account) {
  Run run(load_.get());
  const int step = run.bind(account.bytes).step();
  if (step == SQLITE_DONE) return std::optional<DirectoryRow>();
  if (step != SQLITE_ROW) return failure();
  const ByteView name = run.column(0);
  return std::optional(
      DirectoryRow{account, std::string(name.begin(), name.end()), run.column_bytes(1), run.column_bytes(2)});
}

Result<DirectoryStore::Inserted> SqliteStore::insert(const DirectoryRow& row,
                                                     const std::optional<Sha256Digest>& invite) {
  if (const Result<void> begun = execute("BEGIN IMMEDIATE"); !begun) return begun.error();
  Result<Inserted> inserted = insert_within_transaction(row, invite);
  if (inserted && *inserted == Inserted::kDone) {
    const Result<void> committed = execute("COMMIT");
    if (committed) return inserted;
    inserted = committed.error();
  }
  // SQLite has rolled back already after some failures, and says so when it is told again.
  (void)execute("ROLLBACK");
  return inserted;
}

Result<DirectoryStore::Inserted> SqliteStore::insert_within_transaction(const DirectoryRow& row,
                                                                        const std::optional<Sha256Digest>& invite) {
  {
    const Result<bool> known = contains(row.account);
    if (!known) return known.error();
    if (*known) return Inserted::kAccountTaken;
    const Result<std::optional<AccountId>> holder = find(row.name);
    if (!holder) return holder.error();
    if (holder->has_value()) return Inserted::kNameTaken;
  }
  if (invite) {
    Run run(use_invite_.get());
    const int step = run.bind(*invite).step();
    if (step == SQLITE_CONSTRAINT_PRIMARYKEY) return Inserted::kInviteUsed;
    if (step != SQLITE_DONE) return failure();
  }
  Run run(insert_.get());
  if (run.bind(row.account.bytes).bind_text(row.name).bind(row.record).bind(row.profile).step() != SQLITE_DONE) {
    return failure();
  }
  return Inserted::kDone;
}

Result<void> SqliteStore::update(const DirectoryRow& row) {
  Run run(update_.get());
  if (run.bind(row.record).bind(row.profile).bind(row.account.bytes).step() != SQLITE_DONE) return failure();
  return {};
}

}  // namespace sotto::signaling
