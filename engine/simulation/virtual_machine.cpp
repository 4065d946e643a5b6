#include "engine/simulation/virtual_machine.hpp"

#include <algorithm>
#include <optional>

#include "base/assert.hpp"

namespace sotto::simulation {
namespace {

// A day in 2026: a Monday without anything special.
constexpr WallTime kFirstDay{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2}};

// Events in one moment beyond which nothing but a circle explains them.
constexpr uint64_t kEndless = 100'000;

class VirtualWorker final : public Worker {
 public:
  VirtualWorker(VirtualMachine& machine, Duration turn, Work work)
      : machine_(machine), turn_(turn), work_(std::move(work)) {}

  ~VirtualWorker() override {
    if (own_) machine_.cancel(*own_);
    // What is done meanwhile may wake it again.
    while (woken_) {
      machine_.cancel(*std::exchange(woken_, std::nullopt));
      work_(machine_.now());
    }
  }

  void wake() override {
    if (!woken_) woken_ = machine_.after(turn_, [this] { turn(woken_); });
  }

 private:
  void turn(std::optional<VirtualMachine::EventId>& cause) {
    cause.reset();
    const auto next = work_(machine_.now());
    if (own_) machine_.cancel(*std::exchange(own_, std::nullopt));
    if (next) own_ = machine_.at(std::max(*next, machine_.now()) + turn_, [this] { turn(own_); });
  }

  VirtualMachine& machine_;
  const Duration turn_;
  const Work work_;
  std::optional<VirtualMachine::EventId> woken_;
  std::optional<VirtualMachine::EventId> own_;  // at the moment that it has named
};

}  // namespace

VirtualMachine::VirtualMachine(Speed speed) : speed_(std::move(speed)) {}

WallTime VirtualMachine::date() const {
  return kFirstDay + std::chrono::duration_cast<std::chrono::milliseconds>(now_.time_since_epoch());
}

std::unique_ptr<Worker> VirtualMachine::start_worker(const char* name, Worker::Work work) {
  return std::make_unique<VirtualWorker>(*this, speed_ ? speed_(name) : Duration{}, std::move(work));
}

VirtualMachine::EventId VirtualMachine::at(Timestamp when, Event event) {
  const EventId id(std::max(when, now_), next_id_++);
  events_.emplace(id, std::move(event));
  return id;
}

void VirtualMachine::cancel(EventId id) { events_.erase(id); }

void VirtualMachine::run_next(Timestamp end) {
  if (events_.empty() || events_.begin()->first.first > end) {
    now_ = std::max(now_, end);
    return;
  }
  auto next = events_.extract(events_.begin());
  happened_now_ = next.key().first == now_ ? happened_now_ + 1 : 0;
  SOTTO_ASSERT(happened_now_ < kEndless);
  now_ = next.key().first;
  ++happened_;
  next.mapped()();
  if (observer_) observer_();
}

void VirtualMachine::run_until(Timestamp end) {
  while (!events_.empty() && events_.begin()->first.first <= end) run_next(end);
  now_ = std::max(now_, end);
}

}  // namespace sotto::simulation
