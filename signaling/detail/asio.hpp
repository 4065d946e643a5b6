#pragma once

// The one place that includes Asio, so that all of signaling takes it in the same form. It costs seconds to compile:
// only .cpp files and detail/ headers of signaling include it.
#define ASIO_STANDALONE
#define ASIO_NO_DEPRECATED
#ifdef __SANITIZE_THREAD__
// ThreadSanitizer knows no fences, and GCC refuses them with it. The mutexes of Asio's queues order all that we share.
#define ASIO_DISABLE_FENCED_BLOCK
#endif
#include <asio.hpp>
#include <asio/ssl.hpp>
