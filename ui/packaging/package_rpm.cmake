# SPDX-License-Identifier: GPL-2.0-or-later
#
# What an RPM has of its own. The line of Wireshark is bound by the library's soname, which
# rpmbuild finds; tshark is in a package of another name in each distribution, so it is
# required as a file.
string(TIMESTAMP NFS4SESS_DATE "%a %b %d %Y" UTC) # of SOURCE_DATE_EPOCH
configure_file("${CMAKE_CURRENT_LIST_DIR}/rpm/changelog.in" "${documents}/rpm-changelog" @ONLY)

set(CPACK_GENERATOR RPM)
set(CPACK_PACKAGE_RELOCATABLE OFF)
set(CPACK_PACKAGE_DESCRIPTION "${NFS4SESS_ABOUT}\n\n${NFS4SESS_CONTENTS}")
set(CPACK_RPM_PACKAGE_DESCRIPTION "${CPACK_PACKAGE_DESCRIPTION}")
set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_RELEASE 1)
set(CPACK_RPM_PACKAGE_LICENSE GPL-2.0-or-later)
set(CPACK_RPM_PACKAGE_GROUP Applications/Internet)
set(CPACK_RPM_PACKAGE_REQUIRES "/usr/bin/tshark, python3 >= 3.9")
set(CPACK_RPM_PACKAGE_AUTOPROV OFF) # a module is no library for others
set(CPACK_RPM_PRE_UNINSTALL_SCRIPT_FILE "${CMAKE_CURRENT_LIST_DIR}/rpm/preun") # of the service
set(CPACK_RPM_POST_UNINSTALL_SCRIPT_FILE "${CMAKE_CURRENT_LIST_DIR}/rpm/postun")
set(CPACK_RPM_CHANGELOG_FILE "${documents}/rpm-changelog")
set(documents_folder "${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_FULL_DOCDIR}")
set(CPACK_RPM_USER_FILELIST "%license ${documents_folder}/LICENSE"
  "%doc ${documents_folder}/README.md" "%doc ${documents_folder}/CHANGELOG.md"
  "%doc ${CMAKE_INSTALL_PREFIX}/${NFS4SESS_EXAMPLE_DIR}/duplicate-v42-server.pcap")
# Folders that other packages own: those in which something of ours lies, and all above them.
foreach(folder "${CMAKE_INSTALL_FULL_MANDIR}/man1" "${CMAKE_INSTALL_FULL_MANDIR}/man7"
        "${NFS4SESS_SERVICE_DIR}" "${NFS4SESS_PROFILE_DIR}" "${NFS4SESS_PLUGIN_DIR}" libexec)
  while(folder)
    list(APPEND CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION "${CMAKE_INSTALL_PREFIX}/${folder}")
    get_filename_component(folder "${folder}" DIRECTORY)
  endwhile()
endforeach()
# One commit, one file, as for Debian.
set(CPACK_RPM_SPEC_MORE_DEFINE "%define packager ${NFS4SESS_MAINTAINER}
%define use_source_date_epoch_as_buildtime 1
%define clamp_mtime_to_source_date_epoch 1
%define _buildhost nfs4sess
%define _build_id_links none")
# rpmbuild gives the time of the commit to what is younger, and to nothing else.
install(CODE "if(NOT \"\$ENV{DESTDIR}\" STREQUAL \"\")
  file(GLOB_RECURSE all LIST_DIRECTORIES true \"\$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/*\")
  file(TOUCH \${all})
endif()")
