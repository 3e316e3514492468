// A model as text, without places and without who chose a value: two models are the same when their texts are.
#pragma once

#include <string>

#include "bulkhead/model/model.h"

namespace bulkhead::test {

[[nodiscard]] std::string domains_text(const model::Model& model);  // one line each
[[nodiscard]] std::string devices_text(const model::Model& model);
[[nodiscard]] std::string links_text(const model::Model& model);  // "network net -> web-1 bridge=xenbr0"
[[nodiscard]] std::string order_text(const model::Model& model);
[[nodiscard]] std::string model_text(const model::Model& model);  // all of it

}  // namespace bulkhead::test
