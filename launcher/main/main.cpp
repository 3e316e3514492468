// The launcher's program; all it does is behind the table of its commands.
#include "bulkhead/cli/run.h"
#include "launcher.h"

int main(int argc, char** argv) {
  return bulkhead::cli::run_main(bulkhead::launcher::program(), argc, argv);
}
