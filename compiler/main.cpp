// The compiler's program; all it does is in driver/.
#include "bulkhead/cli/run.h"
#include "driver/driver.h"

int main(int argc, char** argv) {
  return bulkhead::cli::run_main(bulkhead::driver::program(), argc, argv);
}
