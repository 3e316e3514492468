// rapidcheck with a number of cases and a seed that are the same in every run; RC_PARAMS="seed=… max_success=…"
// overrides both. What fails is printed with what is needed to run that case again.
#pragma once

#include <cstdlib>
#include <iostream>
#include <string>

#include <rapidcheck.h>

namespace bulkhead::test {

template <typename Property>
bool holds(const std::string& claim, int cases, Property&& property) {
  rc::detail::TestParams parameters = rc::detail::configuration().testParams;
  if (std::getenv("RC_PARAMS") == nullptr) {
    parameters.seed = 20120827;
    parameters.maxSuccess = cases;
  }
  rc::detail::TestMetadata metadata;
  metadata.id = claim;
  metadata.description = claim;
  const auto result = rc::detail::checkTestable(std::forward<Property>(property), metadata, parameters);
  std::cerr << claim << ": ";
  rc::detail::printResultMessage(result, std::cerr);
  std::cerr << std::endl;
  return result.template is<rc::detail::SuccessResult>();
}

}  // namespace bulkhead::test
