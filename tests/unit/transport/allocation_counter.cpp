#include "allocation_counter.hpp"

#include <cstdlib>
#include <new>

namespace {

bool counting = false;
size_t allocations = 0;

}  // namespace

namespace sotto::transport {

void AllocationCounter::enable(bool enabled) { counting = enabled; }
size_t AllocationCounter::count() { return allocations; }

}  // namespace sotto::transport

void* operator new(size_t size, const std::nothrow_t&) noexcept {
  if (counting) ++allocations;
  return std::malloc(size);
}
void* operator new(size_t size) {
  if (void* memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
