// The compiler's program; all it does is in driver/.
#include <cstdio>
#include <new>
#include <string>
#include <vector>

#include "driver/driver.h"

int main(int argc, char** argv) {
  bulkhead::driver::Console console(stdout, stderr);
  try {
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    return static_cast<int>(bulkhead::driver::run(words, console));
  } catch (const std::bad_alloc&) {
    console.complain("bulkhead: error: out of memory\n");
    return static_cast<int>(bulkhead::driver::ExitCode::kEnvironment);
  }
}
