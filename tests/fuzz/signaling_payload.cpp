// rooms: sotto_signaling_handshake
#include <cstdlib>

#include "signaling/handshake/call_message_codec.hpp"
#include "signaling/handshake/call_payload.hpp"
#include "signaling/handshake/padding.hpp"

using namespace sotto;
using namespace sotto::signaling;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

/// Pads the input, so that the fuzzer need not find the zeros by itself.
Bytes padded(ByteView message) {
  const Result<Bytes> plaintext = pad(message, kSmallPlaintext);
  return plaintext ? *plaintext : Bytes(message.begin(), message.end());
}

}  // namespace

/// What is in each kind of blob, after decryption: what is understood can be said again and means the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const ByteView message(data + 1, size - 1);
  switch (data[0] % 4) {
    case 0: {
      const Result<InitPayload> payload = decode_init_payload(padded(message));
      if (payload) require(decode_init_payload(encode_payload(*payload).value()).ok());
      break;
    }
    case 1: {
      const Result<ResponsePayload> payload = decode_response_payload(padded(message));
      if (payload) require(decode_response_payload(encode_payload(*payload).value()).ok());
      break;
    }
    case 2: {
      const Result<DataPayload> payload = decode_data(message);
      if (payload) {
        const DataPayload again = decode_data(encode_data(*payload).value()).value();
        require(again.message == payload->message && again.acknowledged == payload->acknowledged &&
                again.acks_before == payload->acks_before && again.device_list == payload->device_list);
      }
      break;
    }
    case 3:
      (void)unpad(message).ok();
      break;
  }
  return 0;
}
