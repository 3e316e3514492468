#include "html.h"

namespace bulkhead::report {

namespace {

std::size_t column_of(const model::Domain& domain) {
  if (domain.is_control) {
    return 0;
  }
  if (domain.is_hardware) {
    return 1;
  }
  return domain.is_guest ? 3 : 2;
}

}  // namespace

std::vector<page::Member> page_members(const model::Model& model) {
  std::vector<page::Member> members;
  members.reserve(model.domains.size());
  for (const model::Domain& domain : model.domains) {
    members.push_back({domain.name, domain.family, domain.role, column_of(domain)});
  }
  return members;
}

page::PictureHtml html_picture(const Index& index) {
  const model::Model& model = index.model();
  page::Picture picture;
  for (page::Member& member : page_members(model)) {
    picture.domains.push_back({std::move(member), {}});
  }
  for (std::size_t i = 0; i < model.domains.size(); ++i) {
    for (const model::DeviceId device : model.domains[i].devices) {
      picture.domains[i].devices.push_back(model.at(device).name);
    }
  }
  for (const model::Link& link : model.links) {
    picture.connections.push_back(
        {std::string(link.kind->name), model::index(link.ends[0]), model::index(link.ends[1])});
  }
  return page::picture_html(picture);
}

}  // namespace bulkhead::report
