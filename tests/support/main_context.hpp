#pragma once

#include <glib.h>

#include <functional>

namespace sotto {

/// Dispatches what is ready in `context` until `done`; whether it is. What takes a minute is lost, and ends the wait.
[[nodiscard]] inline bool run_until(GMainContext* context, const std::function<bool()>& done) {
  bool expired = false;
  GSource* guard = g_timeout_source_new_seconds(60);
  const auto expire = [](gpointer flag) -> gboolean {
    *static_cast<bool*>(flag) = true;
    return G_SOURCE_REMOVE;
  };
  g_source_set_callback(guard, expire, &expired, nullptr);
  g_source_attach(guard, context);
  while (!done() && !expired) g_main_context_iteration(context, TRUE);
  g_source_destroy(guard);
  g_source_unref(guard);
  return done();
}

}  // namespace sotto
