#include "powers.h"

#include "bulkhead/base/text.h"

namespace bulkhead::report {

using privilege::TypeId;
using privilege::TypeKind;

namespace {

bool is_domain_label(TypeKind kind) {
  return kind == TypeKind::kRunning || kind == TypeKind::kBooting || kind == TypeKind::kSelf ||
         kind == TypeKind::kTarget || kind == TypeKind::kBuilding;
}

}  // namespace

Powers::Powers(const Index& index) : index_(index), of_class_(index.set().abi->classes.size()) {
  const abi::Abi& abi = *index.set().abi;
  for (std::size_t i = 0; i < page::powers().size(); ++i) {
    const auto id = abi.find_class(page::powers()[i].access_class);
    if (!id) {
      continue;
    }
    Question question{.power = i, .permissions = 0, .scope = page::powers()[i].scope};
    for (const std::string_view permission : split(page::powers()[i].permissions, ' ')) {
      if (const auto bit = abi.at(*id).bit(permission)) {
        question.permissions |= 1U << *bit;
      }
    }
    of_class_[static_cast<std::size_t>(*id)].push_back(question);
  }
}

bool Powers::is_in_scope(page::Scope scope, TypeId source, TypeId target) const {
  const privilege::Type& from = index_.type(source);
  const privilege::Type& to = index_.type(target);
  const bool is_own = to.domain.has_value() && to.domain == from.domain && to.kind != TypeKind::kChannel;
  const bool is_other = to.domain.has_value() && is_domain_label(to.kind) && !is_own;
  const page::Target seen = to.kind == TypeKind::kChannel    ? page::Target::kChannel
                            : is_own                         ? page::Target::kOwn
                            : !is_other                      ? page::Target::kOther
                            : to.kind == TypeKind::kBuilding ? page::Target::kBuilding
                                                             : page::Target::kRunning;
  return page::is_in_scope(scope, seen);
}

std::vector<bool> Powers::held_by(TypeId source) const {
  std::vector<bool> held(page::powers().size(), false);
  for (const privilege::Grant& grant : index_.grants(source)) {
    for (const Question& question : of_class_[static_cast<std::size_t>(grant.access_class)]) {
      if ((grant.permissions & question.permissions) != 0 && !held[question.power]) {
        held[question.power] = is_in_scope(question.scope, source, grant.target);
      }
    }
  }
  return held;
}

}  // namespace bulkhead::report
