// The parts of report.html, made of the privileges with bulkhead/page.
#pragma once

#include <string>

#include "audit.h"
#include "bulkhead/page/matrix.h"
#include "bulkhead/page/picture.h"

namespace bulkhead::report {

[[nodiscard]] page::MatrixHtml html_matrix(const Index& index);
[[nodiscard]] page::PictureHtml html_picture(const Index& index);
[[nodiscard]] std::string html_section(const Index& index, const Section& section, bool open);

// As rows and boxes have them, by DomainId.
[[nodiscard]] std::vector<page::Member> page_members(const model::Model& model);

}  // namespace bulkhead::report
