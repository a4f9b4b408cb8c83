# SPDX-License-Identifier: GPL-2.0-or-later
#
# The Debian package, for the Wireshark line that is installed where it is built.
# Two builds of one commit give the same file: neither a path nor the time of the
# build gets into it.
set(NFS4SESS_PACKAGE_NAME wireshark-plugin-nfs4sess)
set(NFS4SESS_PACKAGE_VERSION "${PROJECT_VERSION}+ws${WIRESHARK_LINE}")
math(EXPR next_minor "${Wireshark_MINOR_VERSION} + 1")
set(line_after "${Wireshark_MAJOR_VERSION}.${next_minor}")

# The time of everything in the package: SOURCE_DATE_EPOCH, or else that of the commit.
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  execute_process(COMMAND git -C "${PROJECT_SOURCE_DIR}" log -1 --format=%ct
    OUTPUT_VARIABLE commit_time OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  set(ENV{SOURCE_DATE_EPOCH} "${commit_time}")
endif()
set(NFS4SESS_EPOCH "$ENV{SOURCE_DATE_EPOCH}")
if(NOT NFS4SESS_EPOCH)
  message(FATAL_ERROR "A package needs a date: set SOURCE_DATE_EPOCH, or build a git checkout.")
endif()
string(TIMESTAMP NFS4SESS_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC) # of SOURCE_DATE_EPOCH

# What `dpkg-buildflags` says with hardening=+all, wherever the compiler knows it; fortified
# one step higher, which a C library or compiler that cannot takes for 2.
# tests/test_hardening.py looks for all of it in the module.
foreach(flag -fstack-clash-protection -fcf-protection -mbranch-protection=standard)
  string(MAKE_C_IDENTIFIER "NFS4SESS_HAS${flag}" known)
  check_c_compiler_flag(${flag} ${known})
  target_compile_options(nfs4sess_flags INTERFACE $<$<BOOL:${${known}}>:${flag}>)
endforeach()
target_compile_options(nfs4sess_flags INTERFACE -fstack-protector-strong
  -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
  "-ffile-prefix-map=${PROJECT_BINARY_DIR}=build" "-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.")
target_link_options(nfs4sess_flags INTERFACE -Wl,-z,relro,-z,now)

set(documents "${PROJECT_BINARY_DIR}/package")
foreach(file changelog cpack.cmake)
  configure_file("${CMAKE_CURRENT_LIST_DIR}/debian/${file}.in" "${documents}/${file}" @ONLY)
endforeach()
execute_process(COMMAND "${NFS4SESS_GZIP}" -9nkf "${documents}/changelog" COMMAND_ERROR_IS_FATAL ANY)
install(FILES "${documents}/changelog.gz" "${CMAKE_CURRENT_LIST_DIR}/debian/copyright"
  DESTINATION "${CMAKE_INSTALL_FULL_DOCDIR}")

# As dh_strip does.
install(CODE "execute_process(COMMAND \"${CMAKE_STRIP}\" --strip-unneeded
  --remove-section=.comment --remove-section=.note
  \"\$ENV{DESTDIR}${NFS4SESS_PLUGIN_DIR}/nfs4sess.so\" COMMAND_ERROR_IS_FATAL ANY)")

set(CPACK_GENERATOR DEB)
set(CPACK_PROJECT_CONFIG_FILE "${documents}/cpack.cmake")
set(CPACK_PACKAGE_NAME "${NFS4SESS_PACKAGE_NAME}")
set(CPACK_PACKAGE_VERSION "${NFS4SESS_PACKAGE_VERSION}")
set(CPACK_PACKAGE_CONTACT "${NFS4SESS_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Wireshark ${WIRESHARK_LINE} plugin that finds hosts presenting the same NFSv4 client owner")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Hosts with one name, such as clones of one image, are one client to an NFSv4
server, and throw each other's sessions, opens and locks away. This plugin for
Wireshark and tshark follows clients through a capture and tells which hosts do
that to each other, which frames prove it, what it cost and how to cure it.
.
It contains the plugin for Wireshark ${WIRESHARK_LINE}, a Wireshark profile, and nfs4dup, a
command that reports on a capture.")
set(CPACK_SET_DESTDIR ON) # the module's place is absolute
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS ${CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The library alone would allow a newer tshark beside it, which does not load the plugin.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "tshark (>= ${WIRESHARK_LINE}~), tshark (<< ${line_after}~), python3:any (>= 3.9)")
set(CPACK_DEBIAN_PACKAGE_ENHANCES "wireshark, tshark")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)

# CPack's own target "package" would write the umask of who builds into the file.
add_custom_target(deb VERBATIM
  COMMAND sh -c "umask 022 && exec \"$0\"" "${CMAKE_CPACK_COMMAND}")
add_dependencies(deb nfs4sess man)
