// rapidcheck with a number of cases and a seed that are the same in every run; RC_PARAMS="seed=… max_success=…"
// overrides both. What fails is printed with what is needed to run that case again.
#pragma once

#include <cstdlib>
#include <iostream>
#include <string>

#include <rapidcheck.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BULKHEAD_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define BULKHEAD_SANITIZED 1
#endif

namespace bulkhead::test {

// Under the sanitizers a case takes many times as long, and a mistake with memory shows in few of them: there a fifth
// of the large counts is run. The build without them runs all.
inline int cases_to_run(int cases) {
#ifdef BULKHEAD_SANITIZED
  constexpr int kLarge = 100;
  return cases < kLarge ? cases : cases / 5;
#else
  return cases;
#endif
}

template <typename Property>
bool holds(const std::string& claim, int cases, Property&& property) {
  rc::detail::TestParams parameters = rc::detail::configuration().testParams;
  if (std::getenv("RC_PARAMS") == nullptr) {
    parameters.seed = 20120827;
    parameters.maxSuccess = cases_to_run(cases);
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
