#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <sotto/time.hpp>

namespace sotto {

/// What has a thread of its own: it works when it is woken, and at moments that it names itself.
class Worker {
 public:
  /// Does what there is to do now. Returns when it wants to be called again if nobody wakes it before; a moment that
  /// has passed means at once.
  using Work = std::function<std::optional<Timestamp>(Timestamp now)>;

  /// Waits for the work under way, and works once more if the worker was woken and has not worked since. Not from
  /// within the work.
  virtual ~Worker() = default;
  /// Any thread. Wake-ups that come before the work begins are one. Allocates nothing.
  virtual void wake() = 0;
};

/// What engines run on: a clock and threads. A simulation is another one, with a time of its own.
class Machine {
 public:
  virtual ~Machine() = default;
  /// Any thread.
  virtual Timestamp now() const = 0;
  /// Any thread. `name` is for people who look at threads: at most 15 characters. The first work waits for a wake-up.
  virtual std::unique_ptr<Worker> start_worker(const char* name, Worker::Work work) = 0;
};

/// The machine that this process runs on.
Machine& this_machine();

}  // namespace sotto
