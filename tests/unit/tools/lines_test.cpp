#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "tools/harness/line_reader.hpp"
#include "tools/harness/line_writer.hpp"

namespace sotto::tools {
namespace {

struct Pipe {
  std::array<int, 2> ends{};
  Pipe() { EXPECT_EQ(::pipe(ends.data()), 0); }
  ~Pipe() {
    close_reader();
    close_writer();
  }
  void write(const std::string& text) const {
    EXPECT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void close_reader() { close_end(0); }
  void close_writer() { close_end(1); }
  void close_end(size_t end) {
    if (ends[end] >= 0) ::close(ends[end]);
    ends[end] = -1;
  }
};

TEST(LineReader, CutsLinesWhereTheyEnd) {
  Pipe pipe;
  LineReader reader(pipe.ends[0]);
  pipe.write("one\ntw");
  EXPECT_EQ(reader.next(), "one");
  pipe.write("o\n\nthree");
  pipe.close_writer();
  EXPECT_EQ(reader.next(), "two");
  EXPECT_EQ(reader.next(), "");
  EXPECT_EQ(reader.next(), "three");
  EXPECT_EQ(reader.next(), std::nullopt);
  EXPECT_EQ(reader.next(), std::nullopt);
}

TEST(LineReader, EndsTheInputAtALineWithoutEnd) {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  std::thread writer([&pipe] {
    // More than the pipe holds: the reader has to take it while it is written.
    const std::string endless(LineReader::kMaxLine + 100'000, 'x');
    for (size_t at = 0; at < endless.size();) {
      const ssize_t count = ::write(pipe.ends[1], endless.data() + at, endless.size() - at);
      if (count <= 0) break;
      at += static_cast<size_t>(count);
    }
  });
  LineReader reader(pipe.ends[0]);
  EXPECT_EQ(reader.next(), std::nullopt);
  pipe.close_reader();
  writer.join();
}

TEST(LineWriter, KeepsLinesOfManyThreadsWhole) {
  constexpr int kThreads = 4;
  constexpr int kLines = 500;
  Pipe pipe;
  std::vector<std::string> lines;
  std::thread reading([&] {
    LineReader reader(pipe.ends[0]);
    while (std::optional<std::string> line = reader.next()) lines.push_back(std::move(*line));
  });
  {
    LineWriter writer(pipe.ends[1]);
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&writer, t] {
        const std::string line(static_cast<size_t>(100 + t), static_cast<char>('a' + t));
        for (int i = 0; i < kLines; ++i) EXPECT_TRUE(writer.write(line));
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  pipe.close_writer();
  reading.join();
  ASSERT_EQ(lines.size(), static_cast<size_t>(kThreads * kLines));
  for (const std::string& line : lines) {
    EXPECT_EQ(line, std::string(static_cast<size_t>(100 + line[0] - 'a'), line[0]));
  }
}

TEST(LineWriter, SaysThatNobodyReadsAnyMore) {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  LineWriter writer(pipe.ends[1]);
  pipe.close_reader();
  // The first lines may still be queued before the broken pipe is noticed.
  while (writer.write("anybody?")) std::this_thread::yield();
  EXPECT_FALSE(writer.write("hello?"));
}

}  // namespace
}  // namespace sotto::tools
