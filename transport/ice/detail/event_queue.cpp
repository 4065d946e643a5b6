#include "transport/ice/detail/event_queue.hpp"

#include <utility>

namespace sotto::transport {

void EventQueue::post(std::function<void()> event) {
  if (state_->context == nullptr) return;
  state_->events.push_back(std::move(event));
  if (state_->source != nullptr) return;
  GSource* source = g_idle_source_new();
  g_source_set_priority(source, G_PRIORITY_DEFAULT);
  g_source_set_callback(source, dispatch, new std::shared_ptr<State>(state_),
                        [](gpointer shared) { delete static_cast<std::shared_ptr<State>*>(shared); });
  g_source_attach(source, state_->context);
  state_->source = source;
  g_source_unref(source);
}

void EventQueue::close() {
  state_->context = nullptr;
  state_->events.clear();
  if (state_->source != nullptr) g_source_destroy(std::exchange(state_->source, nullptr));
}

gboolean EventQueue::dispatch(gpointer shared_state) {
  // Whoever is called may destroy the queue, and with it the source and what `shared_state` points to.
  const std::shared_ptr<State> state = *static_cast<std::shared_ptr<State>*>(shared_state);
  while (!state->events.empty()) {
    const std::function<void()> event = std::move(state->events.front());
    state->events.pop_front();
    event();
  }
  state->source = nullptr;
  return G_SOURCE_REMOVE;
}

}  // namespace sotto::transport
