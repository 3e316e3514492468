"""A topology as our spec: every domain and every connection written out, no `instances` and no lists, so that our
compiler reads as much as the others do."""

from topology import CONTROL, HARDWARE, Topology

KERNEL = "kernel: /boot/vmlinuz, ramdisk: /boot/initrd.img"


def as_spec(topology: Topology) -> str:
    lines = [
        "bulkhead: 1",
        'host: { name: bench, xen: "4.17", hardware: { domain: hardware }, iommu: required }',
        "domains:",
        f"  {CONTROL}: {{ role: control, max-event-channels: 131071 }}",
        f"  {HARDWARE}: {{ role: hardware, {KERNEL}, memory: 512 MiB }}",
    ]
    lines += [f"  {name}: {{ role: driver, {KERNEL}, memory: 256 MiB }}" for name in topology.back_ends]
    lines += [f"  {name}: {{ role: guest, {KERNEL}, memory: 128 MiB }}" for name in topology.guests]
    lines.append("connections:")
    for link in topology.declared:
        if link.kind == "channel":
            lines.append(f"  - {{ channel: {{ between: [{link.server}, {link.client}] }} }}")
        else:
            ends = f"backend: {link.server}, frontend: {link.client}"
            lines.append(f"  - {{ network: {{ {ends}, bridge: xenbr0 }} }}")
    lines += [
        "accept:",
        f"  - {{ finding: unreviewed-operations, domains: [{HARDWARE}],",
        '      reason: "its kernel keeps the clock and counts the interrupt controllers" }',
    ]
    return "\n".join(lines) + "\n"
