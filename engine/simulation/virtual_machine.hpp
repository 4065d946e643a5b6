#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

#include "base/machine.hpp"

namespace sotto::simulation {

/// A machine whose time stands still while something happens and then jumps to the next event. It has one real thread,
/// on which everything runs that otherwise has threads of its own; what falls on one moment happens in the order in
/// which it was asked for, so that the same events come in the same order each time.
class VirtualMachine final : public Machine {
 public:
  using Event = std::function<void()>;
  /// Names a planned event.
  using EventId = std::pair<Timestamp, uint64_t>;
  /// How long one turn of the worker of that name takes; what it does shows at the end of it. Zero by default.
  using Speed = std::function<Duration(std::string_view worker)>;

  explicit VirtualMachine(Speed speed = nullptr);
  VirtualMachine(const VirtualMachine&) = delete;
  VirtualMachine& operator=(const VirtualMachine&) = delete;

  Timestamp now() const override { return now_; }
  /// The calendar: the same at the start of each simulation.
  WallTime date() const;
  std::unique_ptr<Worker> start_worker(const char* name, Worker::Work work) override;

  /// Plans an event; one whose moment has passed happens now, behind what is planned for now already.
  EventId at(Timestamp when, Event event);
  EventId after(Duration time, Event event) { return at(now_ + time, std::move(event)); }
  /// Takes back an event that has not happened.
  void cancel(EventId id);
  bool planned(EventId id) const { return events_.contains(id); }

  /// Lets the next event happen if it is due by `end`; otherwise it is `end` now.
  void run_next(Timestamp end);
  /// Lets everything happen up to `end`, which it then is.
  void run_until(Timestamp end);
  /// Called after each event.
  void on_event(Event observer) { observer_ = std::move(observer); }

  /// Events planned.
  size_t pending() const { return events_.size(); }
  /// Events that have happened.
  uint64_t events() const { return happened_; }

 private:
  const Speed speed_;
  Timestamp now_{std::chrono::seconds(1000)};
  std::map<EventId, Event> events_;
  uint64_t next_id_ = 0;
  uint64_t happened_ = 0;
  uint64_t happened_now_ = 0;
  Event observer_;
};

}  // namespace sotto::simulation
