#pragma once

#include <deque>
#include <memory>

#include <openssl/bio.h>

#include "base/bytes.hpp"

namespace sotto::transport {

/// What stands between OpenSSL and the path: an input of one datagram at a time, and a queue of datagrams to send.
///
/// OpenSSL's own memory BIOs are streams: they join records beyond the MTU and know no MTU at all, so that flights come
/// in pieces of 256 bytes. Here the records of one flight share datagrams as far as they fit whole (RFC 6347 4.1.1),
/// also when OpenSSL repeats the flight and writes them one by one: the fewer datagrams, the fewer that can get lost.
class DatagramBio {
 public:
  DatagramBio();
  DatagramBio(const DatagramBio&) = delete;
  DatagramBio& operator=(const DatagramBio&) = delete;

  /// A new reference to the BIO, for SSL_set_bio. It must not be used after *this is gone.
  BIO* new_reference();

  /// Sets what the next read gives. `datagram` must stay in place until it is read or cleared.
  void set_input(ByteView datagram) { input_ = datagram; }
  void clear_input() { input_ = {}; }

  /// What is written from now on starts a datagram of its own.
  void begin_flight() { joinable_ = false; }

  std::deque<Bytes>& output() { return output_; }

 private:
  static BIO_METHOD* method();
  static int write(BIO* bio, const char* data, int size);
  static int read(BIO* bio, char* out, int size);
  static long control(BIO* bio, int command, long number, void* pointer);

  struct Free {
    void operator()(BIO* bio) const { BIO_free(bio); }
  };
  std::unique_ptr<BIO, Free> bio_;
  ByteView input_;
  std::deque<Bytes> output_;
  bool joinable_ = false;  // the last datagram of the output belongs to the flight being written
};

}  // namespace sotto::transport
