# SPDX-License-Identifier: GPL-2.0-or-later
#
# A package, for the Wireshark line that is installed where it is built: for Debian
# (NFS4SESS_PACKAGE=ON), or an RPM (NFS4SESS_PACKAGE=RPM). Two builds of one commit give the same
# file: neither a path nor the time of the build gets into it.
set(NFS4SESS_PACKAGE_NAME wireshark-plugin-nfs4sess)
set(NFS4SESS_PACKAGE_VERSION "${PROJECT_VERSION}+ws${WIRESHARK_LINE}")
math(EXPR next_minor "${Wireshark_MINOR_VERSION} + 1")
set(line_after "${Wireshark_MAJOR_VERSION}.${next_minor}")

# The time of everything in the package: SOURCE_DATE_EPOCH, or else that of the commit, or,
# outside of a git checkout, of the change log.
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  execute_process(COMMAND git -C "${PROJECT_SOURCE_DIR}" log -1 --format=%ct
    OUTPUT_VARIABLE time OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE without_git)
  if(without_git)
    file(TIMESTAMP "${PROJECT_SOURCE_DIR}/CHANGELOG.md" time "%s" UTC)
  endif()
  set(ENV{SOURCE_DATE_EPOCH} "${time}")
endif()
set(NFS4SESS_EPOCH "$ENV{SOURCE_DATE_EPOCH}")
if(NOT NFS4SESS_EPOCH)
  message(FATAL_ERROR "A package needs a date: set SOURCE_DATE_EPOCH.")
endif()
set(documents "${PROJECT_BINARY_DIR}/package")
configure_file("${CMAKE_CURRENT_LIST_DIR}/cpack.cmake.in" "${documents}/cpack.cmake" @ONLY)

# What `dpkg-buildflags` says with hardening=+all, wherever the compiler knows it; fortified
# one step higher, which a C library or compiler that cannot takes for 2.
# tests/test_hardening.py looks for all of it in the module.
foreach(flag -fstack-clash-protection -fcf-protection -mbranch-protection=standard)
  string(MAKE_C_IDENTIFIER "NFS4SESS_HAS${flag}" known)
  check_c_compiler_flag(${flag} ${known})
  target_compile_options(nfs4sess_flags INTERFACE $<$<BOOL:${${known}}>:${flag}>)
endforeach()
set(neutral "-ffile-prefix-map=${PROJECT_BINARY_DIR}=build" "-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.")
target_compile_options(nfs4sess_flags INTERFACE -fstack-protector-strong
  -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 ${neutral})
target_link_options(nfs4sess_flags INTERFACE -Wl,-z,relro,-z,now ${neutral}) # the linker compiles, too

# As dh_strip does.
get_filename_component(module "${NFS4SESS_PLUGIN_DIR}/nfs4sess.so" ABSOLUTE
  BASE_DIR "${CMAKE_INSTALL_PREFIX}")
install(CODE "execute_process(COMMAND \"${CMAKE_STRIP}\" --strip-unneeded
  --remove-section=.comment --remove-section=.note
  \"\$ENV{DESTDIR}${module}\" COMMAND_ERROR_IS_FATAL ANY)")

set(CPACK_PROJECT_CONFIG_FILE "${documents}/cpack.cmake")
set(CPACK_PACKAGE_NAME "${NFS4SESS_PACKAGE_NAME}")
set(CPACK_PACKAGE_VERSION "${NFS4SESS_PACKAGE_VERSION}")
set(CPACK_PACKAGE_CONTACT "${NFS4SESS_MAINTAINER}")
set(CPACK_PACKAGE_VENDOR "${NFS4SESS_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Wireshark ${WIRESHARK_LINE} plugin that finds hosts presenting the same NFSv4 client owner")
set(NFS4SESS_ABOUT
"Hosts with one name, such as clones of one image, are one client to an NFSv4
server, and throw each other's sessions, opens and locks away. This plugin for
Wireshark and tshark follows clients through a capture and tells which hosts do
that to each other, which frames prove it, what it cost and how to cure it.")
set(NFS4SESS_CONTENTS
"It contains the plugin for Wireshark ${WIRESHARK_LINE}, a Wireshark profile, nfs4dup, which
is a command that reports on captures, and a service that watches an interface.")
set(CPACK_SET_DESTDIR ON) # the module's place is absolute
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS ${CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS})
if(NFS4SESS_PACKAGE STREQUAL "RPM")
  set(target rpm)
else()
  set(target deb)
endif()
include("${CMAKE_CURRENT_LIST_DIR}/package_${target}.cmake")
include(CPack)

# CPack's own target "package" would write the umask of who builds into the file.
add_custom_target(${target} VERBATIM
  COMMAND sh -c "umask 022 && exec \"$0\"" "${CMAKE_CPACK_COMMAND}")
add_dependencies(${target} nfs4sess man)
