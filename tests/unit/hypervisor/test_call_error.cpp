#include <cerrno>

#include <catch2/catch.hpp>

#include "call_error.h"

namespace bulkhead::hypervisor {

TEST_CASE("an error says what was asked, errno's text, and what the libraries reported") {
  CHECK(call_error("pause domain 3", ESRCH).message() == "pause domain 3: No such process");
  CHECK(call_error("build domain 3", 0, "kernel is not a bzImage").message() ==
        "build domain 3: no reason given [kernel is not a bzImage]");
}

TEST_CASE("a refusal names who may have refused") {
  CHECK(call_error("pause domain 3", EACCES).message() ==
        "pause domain 3: Permission denied (FLASK denies it to this domain's label: see the avc lines of Xen's "
        "console)");
  CHECK(call_error("pause domain 3", EPERM).message() ==
        "pause domain 3: Operation not permitted (refused by FLASK, or the calling domain itself does not hold what it "
        "gives)");
}

}  // namespace bulkhead::hypervisor
