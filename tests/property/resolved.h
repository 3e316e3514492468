// A random host taken as far as its privileges, for properties: what is wrong with it fails the property that made it.
#pragma once

#include <string>

#include <rapidcheck.h>

#include "bulkhead/privilege/privileges.h"
#include "named_privileges.h"
#include "support/spec_text.h"

namespace bulkhead::test {

struct Resolved {
  explicit Resolved(std::string text) : read(std::move(text)) {
    if (!read.diagnostics.has_errors()) derived = privilege::derive(read.model, *read.catalogue, read.diagnostics);
    if (read.diagnostics.has_errors()) RC_FAIL("the generator made a host with errors:\n" + read.rendered());
  }
  [[nodiscard]] NamedPrivileges privileges() const { return named(derived.set); }

  SpecText read;
  privilege::Derived derived;
};

}  // namespace bulkhead::test
