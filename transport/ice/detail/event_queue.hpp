#pragma once

#include <glib.h>

#include <deque>
#include <functional>
#include <memory>

namespace sotto::transport {

/// Calls functions from a later turn of a GLib context, in order. Belongs to that context's thread; nothing is called
/// any more once it is closed or gone.
class EventQueue {
 public:
  explicit EventQueue(GMainContext* context) : state_(std::make_shared<State>()) { state_->context = context; }
  ~EventQueue() { close(); }
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;

  void post(std::function<void()> event);
  void close();

 private:
  struct State {
    GMainContext* context = nullptr;
    GSource* source = nullptr;  // owned by the context while it waits there
    std::deque<std::function<void()>> events;
  };
  static gboolean dispatch(gpointer shared_state);

  std::shared_ptr<State> state_;
};

}  // namespace sotto::transport
