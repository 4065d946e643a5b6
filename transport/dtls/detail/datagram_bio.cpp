#include "transport/dtls/detail/datagram_bio.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/packet_buffer.hpp"
#include "transport/dtls/detail/dtls_record.hpp"

namespace sotto::transport {

BIO_METHOD* DatagramBio::method() {
  // Made once and kept: BIOs refer to it for as long as any exists.
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "sotto datagrams");
    SOTTO_ASSERT(made != nullptr);
    BIO_meth_set_write(made, &DatagramBio::write);
    BIO_meth_set_read(made, &DatagramBio::read);
    BIO_meth_set_ctrl(made, &DatagramBio::control);
    return made;
  }();
  return method;
}

DatagramBio::DatagramBio() : bio_(BIO_new(method())) {
  SOTTO_ASSERT(bio_ != nullptr);
  BIO_set_data(bio_.get(), this);
  BIO_set_init(bio_.get(), 1);
}

BIO* DatagramBio::new_reference() {
  BIO_up_ref(bio_.get());
  return bio_.get();
}

int DatagramBio::write(BIO* bio, const char* data, int size) {
  auto& self = *static_cast<DatagramBio*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  ByteView rest{reinterpret_cast<const uint8_t*>(data), static_cast<size_t>(size)};
  while (const auto record = take_record(rest)) {
    if (!self.joinable_ || self.output_.back().size() + record->bytes.size() > kMaxDatagramSize) {
      self.output_.emplace_back();
      self.joinable_ = true;
    }
    append(self.output_.back(), record->bytes);
  }
  SOTTO_ASSERT(rest.empty());  // OpenSSL writes whole records
  return size;
}

int DatagramBio::read(BIO* bio, char* out, int size) {
  auto& self = *static_cast<DatagramBio*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  if (self.input_.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const size_t count = std::min(self.input_.size(), static_cast<size_t>(size));
  std::copy_n(self.input_.begin(), count, reinterpret_cast<uint8_t*>(out));
  self.clear_input();  // as with a socket, what does not fit is lost
  return static_cast<int>(count);
}

long DatagramBio::control(BIO* bio, int command, long number, void* /*pointer*/) {
  const auto& self = *static_cast<const DatagramBio*>(BIO_get_data(bio));
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_PENDING:
      return static_cast<long>(self.input_.size());
    case BIO_CTRL_DGRAM_QUERY_MTU:
    case BIO_CTRL_DGRAM_GET_MTU:
    case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
      return static_cast<long>(kMaxDatagramSize);
    case BIO_CTRL_DGRAM_SET_MTU:
      return number;
    default:  // `command` is an int: what nobody asks of a path that is not a socket
      return 0;
  }
}

}  // namespace sotto::transport
