// Preloaded into a program (LD_PRELOAD): its steady clock and the time of day are ahead by as many seconds as the file
// HARVESTER_CLOCK_AHEAD says (eight bytes, a signed number), so that a test need not wait for long pauses. What waits
// until a moment of the steady clock waits as long as it would have. What goes wrong here ends the program.

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

using Seconds = std::atomic<std::int64_t>;

Seconds* mapped() {
  const char* const file = std::getenv("HARVESTER_CLOCK_AHEAD");
  const int fd = file == nullptr ? -1 : ::open(file, O_RDONLY | O_CLOEXEC);
  void* const memory = fd < 0 ? MAP_FAILED : ::mmap(nullptr, sizeof(Seconds), PROT_READ, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) {
    std::perror("HARVESTER_CLOCK_AHEAD");
    std::abort();
  }
  ::close(fd);
  return static_cast<Seconds*>(memory);
}

std::int64_t ahead() {
  static Seconds* const seconds = mapped();
  return seconds->load();
}

/// The C library's own function behind ours.
using Wait = int (*)(pthread_cond_t*, pthread_mutex_t*, clockid_t, const timespec*);

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const auto result = static_cast<int>(::syscall(SYS_clock_gettime, clock, now));
  if (result == 0 && (clock == CLOCK_MONOTONIC || clock == CLOCK_REALTIME)) now->tv_sec += ahead();
  return result;
}

int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock, const timespec* until) {
  static const auto real = reinterpret_cast<Wait>(::dlsym(RTLD_NEXT, "pthread_cond_clockwait"));
  auto really = *until;
  if (clock == CLOCK_MONOTONIC) really.tv_sec -= ahead();
  return real(condition, mutex, clock, &really);
}

}  // extern "C"
