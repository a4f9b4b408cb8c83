# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a Debian package has of its own.
string(TIMESTAMP NFS4SESS_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC) # of SOURCE_DATE_EPOCH
configure_file("${CMAKE_CURRENT_LIST_DIR}/debian/changelog.in" "${documents}/changelog" @ONLY)
execute_process(COMMAND "${NFS4SESS_GZIP}" -9nkf "${documents}/changelog" COMMAND_ERROR_IS_FATAL ANY)
install(FILES "${documents}/changelog.gz" "${CMAKE_CURRENT_LIST_DIR}/debian/copyright"
  DESTINATION "${CMAKE_INSTALL_FULL_DOCDIR}")

set(CPACK_GENERATOR DEB)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "${NFS4SESS_ABOUT}\n.\n${NFS4SESS_CONTENTS}")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The library alone would allow a newer tshark beside it, which does not load the plugin.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "tshark (>= ${WIRESHARK_LINE}~), tshark (<< ${line_after}~), python3:any (>= 3.9)")
set(CPACK_DEBIAN_PACKAGE_ENHANCES "wireshark, tshark")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
foreach(script postinst prerm postrm) # of the service; installed scripts are executable
  list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${CMAKE_CURRENT_LIST_DIR}/debian/${script}")
endforeach()
