#include "policy_texts.h"

#include <vector>

#include <fmt/format.h>

namespace bulkhead::test {
namespace {

const char* const kSmallTypes = R"(class domain
class event
class resource
class version
sid first
sid second
sid third
class domain { create destroy transition }
class event { bind send status }
class resource { use add plug }
class version { build }

attribute domain_type;
attribute guest_type;
attribute device_type;
type control_t, domain_type;
type web_t alias www_t, domain_type, guest_type;
type mail_t, domain_type, guest_type;
type channel_t;
type nic_t, device_type;
type disk_t, device_type;
permissive mail_t;
bool maintenance false;
bool late true;
role system_r;
role guest_r;
role system_r types { control_t web_t mail_t };
role guest_r types { web_t mail_t };
)";

const char* const kSmallRules = R"(
allow control_t domain_type:domain { create destroy };
allow control_t device_type:resource { use add };
allow domain_type self:version build;
allow guest_type guest_type:event { bind send };
allow web_t channel_t:event status;
allow web_t mail_t:event status;
auditallow control_t domain_type:domain create;
dontaudit guest_type device_type:resource plug;
type_transition control_t web_t:event channel_t;
type_member control_t mail_t:event web_t;
type_change control_t control_t:domain mail_t;
if (maintenance && !late) {
  allow control_t guest_type:domain transition;
  type_transition control_t nic_t:event web_t;
} else {
  allow control_t disk_t:resource plug;
  type_transition control_t nic_t:event mail_t;
}
if (late) {
  auditallow web_t nic_t:resource use;
  dontaudit web_t disk_t:resource { use add };
}
allow system_r guest_r;
role_transition system_r web_t:domain guest_r;
user system_u roles { system_r guest_r };
user guest_u roles { guest_r };
constrain domain { create transition } (u1 == u2 or t1 == { control_t });
constrain event bind (not (r1 != r2) and t2 != guest_type);
validatetrans resource (u1 == u2 or t3 == control_t);
sid first system_u:system_r:control_t
sid second guest_u:guest_r:web_t
sid third system_u:object_r:nic_t
pirqcon 33 system_u:object_r:nic_t
pirqcon 34 system_u:object_r:disk_t
ioportcon 0xd000-0xd01f system_u:object_r:nic_t
ioportcon 0x80 system_u:object_r:disk_t
iomemcon 0xfe000-0xfe01f system_u:object_r:nic_t
)";

const char* const kSmallDevices = R"(pcidevicecon 0x18 system_u:object_r:nic_t
pcidevicecon 0xfa system_u:object_r:disk_t
)";

// Names of our own in the places of Xen's classes: domains, channels, grants, memory, resources.
const char* const kSharedHeader = R"(class host
class domain
class channel
class grant
class memory
class resource
sid boot
sid host
sid control
class host { log read clear physinfo debug kexec sleep }
class domain { create destroy pause unpause transition max_vcpus getinfo setinfo shutdown relabelto relabelfrom }
class channel { bind send status create reset }
class grant { map_read map_write unmap transfer setup copy query }
class memory { map_read map_write adjust physmap stat pinpage exchange }
class resource { use add remove plug unplug add_irq add_port add_mem setup }
)";

std::string guest_of_stock(std::size_t number) {
  const std::string name = fmt::format("guest{}_t", number);
  return fmt::format(
      "type {0}, domain_type, guest_type;\ntype {0}_self, domain_type, self_type;\ntype {0}_channel, channel_type;\n"
      "type_transition {0} domain_type:channel {0}_channel;\ntype_transition {0} {0}:domain {0}_self;\n"
      "allow {0} {0}_channel:channel {{ create send status }};\nallow {0}_channel domain_type:channel bind;\n"
      "allow {0} {0}_self:memory {{ map_read map_write adjust }};\nallow {0} {0}_self:grant {{ setup query }};\n"
      "allow {0} domain_type:grant {{ map_read unmap copy }};\nallow control_t {0}:domain {{ create getinfo }};\n",
      name);
}

std::string domain_of_compartments(std::size_t number) {
  const std::string name = fmt::format("domain{}_t", number);
  const std::string building = fmt::format("domain{}_building_t", number);
  return fmt::format(
      "type {0};\ntype {1};\ntype {0}_self;\ntype {0}_store;\ntype {0}_console;\ntype {0}_link;\ntype {0}_back;\n"
      "type_transition control_t {1}:channel {0}_store;\ntype_transition {0} {0}:domain {0}_self;\n"
      "allow control_t {1}:domain {{ create destroy pause unpause max_vcpus getinfo setinfo relabelfrom }};\n"
      "allow control_t {1}:memory {{ map_read map_write adjust physmap }};\nallow control_t {0}:domain {{ relabelto "
      "getinfo }};\n"
      "allow {1} {0}:domain transition;\nallow {0} {0}_self:memory {{ map_read map_write adjust stat }};\n"
      "allow {0} {0}_self:grant {{ setup query }};\nallow {0} {0}_store:channel {{ send status }};\n"
      "allow control_t {0}_store:channel {{ create bind send }};\nallow {0} {0}_console:channel {{ send status }};\n"
      "allow control_t {0}_console:channel {{ create bind send }};\n",
      name, building);
}

std::string connection_of_compartments(std::size_t from, std::size_t to) {
  const std::string front = fmt::format("domain{}_t", from);
  const std::string back = fmt::format("domain{}_t", to);
  return fmt::format(
      "type_transition {0} {1}:channel {0}_link;\ntype_transition {1} {0}:channel {0}_back;\n"
      "allow {0} {0}_link:channel {{ create send status }};\nallow {1} {0}_back:channel {{ bind send status }};\n"
      "allow {0}_back {0}_link:channel bind;\nallow {1} {0}:grant {{ map_read map_write unmap copy }};\n"
      "allow {0} {1}:grant copy;\n",
      front, back);
}

std::string ending(const std::string& domains) {
  return fmt::format(
      "role system_r;\nrole system_r types {{ control_t {} }};\nuser system_u roles {{ system_r }};\n"
      "sid boot system_u:system_r:control_t\nsid host system_u:system_r:control_t\nsid control "
      "system_u:system_r:control_t\n",
      domains);
}

}  // namespace

std::string small_conf(int version) {
  std::string text = std::string(kSmallTypes) + kSmallRules;
  if (version >= 30) text += "iomemcon 0x100000000-0x1000000ff system_u:object_r:disk_t\n";
  text += kSmallDevices;
  if (version >= 30) text += "devicetreecon \"/soc/serial@0\" system_u:object_r:disk_t\n";
  return text;
}

std::string mls_conf() {
  return R"(class domain
sid first
class domain { create read }
sensitivity s0 alias ground;
sensitivity s1;
dominance { s0 s1 }
category c0;
category c1;
category c2 alias last;
category c3;
level s0:c0.c3;
level s1:c0.c3;
mlsconstrain domain read (l1 dom l2 or t1 == control_t);
mlsvalidatetrans domain (h1 domby h2 or t3 == control_t);
attribute domain_type;
type control_t, domain_type;
type web_t, domain_type;
role system_r;
role system_r types { control_t web_t };
allow control_t domain_type:domain { create read };
range_transition control_t web_t:domain s0:c1 - s1:c0.c2;
user system_u roles { system_r } level s0 range s0 - s1:c0.c3;
sid first system_u:system_r:control_t:s0 - s1:c0.c2
pirqcon 5 system_u:object_r:web_t:s0:c0,c2
)";
}

std::string common_conf() {
  return R"(class domain
class event
sid first
common base { read write }
class domain inherits base { create }
class event inherits base
type control_t;
role system_r;
role system_r types control_t;
allow control_t self:domain { write create };
allow control_t self:event read;
user system_u roles { system_r };
sid first system_u:system_r:control_t
)";
}

std::string stock_like_conf(std::size_t guests) {
  std::string text = std::string(kSharedHeader) +
                     "attribute domain_type;\nattribute guest_type;\nattribute self_type;\nattribute channel_type;\n"
                     "attribute device_type;\ntype control_t, domain_type;\ntype card_t, device_type;\n"
                     "bool guests_may_log true;\nbool locked false;\n";
  for (std::size_t i = 0; i < guests; ++i) text += guest_of_stock(i);
  text +=
      "allow domain_type domain_type:grant { query setup };\nallow domain_type channel_type:channel { send status };\n"
      "allow guest_type guest_type:memory stat;\nallow control_t device_type:resource { use add plug };\n"
      "allow control_t guest_type:domain { pause unpause };\nauditallow control_t domain_type:domain create;\n"
      "dontaudit guest_type device_type:resource *;\n"
      "if (guests_may_log) { allow domain_type control_t:host log; } else { dontaudit domain_type control_t:host log; "
      "}\n"
      "if (!locked) { allow control_t guest_type:memory { map_read map_write }; }\n";
  std::string domains;
  for (std::size_t i = 0; i < guests; ++i) domains += fmt::format("\nguest{0}_t guest{0}_t_self", i);
  return text + ending(domains);
}

std::string compartment_conf(std::size_t domains) {
  std::string text = std::string(kSharedHeader) + "type control_t;\n";
  for (std::size_t i = 0; i < domains; ++i) text += domain_of_compartments(i);
  for (std::size_t i = 0; i < domains; ++i) text += connection_of_compartments(i, (i + 1) % domains);
  std::string names;
  for (std::size_t i = 0; i < domains; ++i) names += fmt::format("\ndomain{0}_t domain{0}_building_t", i);
  return text + ending(names);
}

}  // namespace bulkhead::test
