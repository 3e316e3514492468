# Two Debian packages, by `cpack --config <build>/CPackConfig.cmake` after everything was built: the compiler, for any
# machine, and the launcher with the agent, for domain 0 and the hardware domain.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME bulkhead)
set(CPACK_PACKAGE_VENDOR "Bulkhead")
set(CPACK_PACKAGE_CONTACT "Bulkhead's maintainers <root@localhost>" CACHE STRING "who answers for the packages")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL compiler)
if(TARGET bulkhead-launch)
  list(APPEND CPACK_COMPONENTS_ALL launcher)
endif()

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_COMPILER_PACKAGE_NAME bulkhead)
set(CPACK_DEBIAN_COMPILER_PACKAGE_DEPENDS checkpolicy)
set(CPACK_COMPONENT_COMPILER_DESCRIPTION "compiler from the description of a Xen host to its XSM/FLASK policy
bulkhead reads one YAML file that says which domains a Xen host has, which
devices each drives and who talks to whom. It writes the FLASK policy, the
privileges of every domain, proven equal to the binary policy, the launch plan
of the host and a report for people. It needs no Xen.")

# xenstored and xenconsoled are Xen's own, which may be built from source: recommended, not needed.
set(CPACK_DEBIAN_LAUNCHER_PACKAGE_NAME bulkhead-launch)
set(CPACK_DEBIAN_LAUNCHER_PACKAGE_RECOMMENDS "xen-utils-common, xenstore-utils")
set(CPACK_DEBIAN_LAUNCHER_PACKAGE_SUGGESTS "bulkhead, grub-common")
set(CPACK_DEBIAN_LAUNCHER_PACKAGE_CONTROL_EXTRA "${PROJECT_SOURCE_DIR}/launcher/package/postinst"
  "${PROJECT_SOURCE_DIR}/launcher/package/prerm" "${PROJECT_SOURCE_DIR}/launcher/package/postrm")
set(CPACK_COMPONENT_LAUNCHER_DESCRIPTION "launcher of the domains of a compiled Xen host
bulkhead-launch runs in domain 0: it checks that the host is the one that the
launch plan was made for, starts its domains with their labels, verifies each
with the hypervisor, and seals the host. bulkhead-delegate runs in the hardware
domain of a split host and gives driver domains what the plan lists.
.
Installing it starts and enables nothing.")

include(CPack)
