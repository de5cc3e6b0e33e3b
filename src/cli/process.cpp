#include "process.hpp"

#include <signal.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>

namespace harvester::cli {

void prepare_process() {
  ::setenv("TCP_NODELAY", "1", 1);  // the DICOM library reads it when it opens its first connection
  ::signal(SIGPIPE, SIG_IGN);
  ::umask(0007);
}

int finish_output(int code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  std::fputs("error: standard output could not be written\n", stderr);
  return code == 0 ? 1 : code;
}

}  // namespace harvester::cli
