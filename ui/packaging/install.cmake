# SPDX-License-Identifier: GPL-2.0-or-later
#
# What `cmake --install` puts where. The module and the profile go where Wireshark
# looks for them, whatever the prefix is; everything else goes below the prefix.
# Folders that everybody can enter, whatever the umask of who installs.
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
  GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

if(NFS4SESS_USER_INSTALL)
  set(config_home "$ENV{XDG_CONFIG_HOME}")
  if(NOT config_home)
    set(config_home "$ENV{HOME}/.config")
  endif()
  set(NFS4SESS_PLUGIN_DIR "$ENV{HOME}/.local/lib/wireshark/plugins/${NFS4SESS_LINE_FOLDER}/epan")
  set(NFS4SESS_PROFILE_DIR "${config_home}/wireshark/profiles")
else()
  set(NFS4SESS_PLUGIN_DIR "${Wireshark_PLUGIN_INSTALL_DIR}/epan")
  set(NFS4SESS_PROFILE_DIR "${Wireshark_INSTALL_PREFIX}/share/wireshark/profiles")
endif()
get_filename_component(above_programs "${CMAKE_INSTALL_FULL_BINDIR}" DIRECTORY)
set(NFS4SESS_HELPER_DIR "${above_programs}/libexec/nfs4sess/frontend") # where nfs4dup looks for it
if(CMAKE_SYSTEM_NAME STREQUAL "Linux" AND NOT NFS4SESS_USER_INSTALL)
  set(NFS4SESS_SERVICE_DIR "${above_programs}/lib/systemd/system") # off until it is enabled
endif()
set(NFS4SESS_EXAMPLE_DIR "${CMAKE_INSTALL_FULL_DOCDIR}/examples")

# Before anything is copied: the refusal, and the list of folders that are new.
foreach(script refuse_root note_folders uninstall)
  configure_file("${CMAKE_CURRENT_LIST_DIR}/${script}.cmake.in"
    "${PROJECT_BINARY_DIR}/install/${script}.cmake" @ONLY)
endforeach()
if(NFS4SESS_USER_INSTALL)
  include("${PROJECT_BINARY_DIR}/install/refuse_root.cmake")
  install(SCRIPT "${PROJECT_BINARY_DIR}/install/refuse_root.cmake")
endif()
install(SCRIPT "${PROJECT_BINARY_DIR}/install/note_folders.cmake")
set(service "${PROJECT_BINARY_DIR}/install/nfs4dup-watch@.service")
configure_file("${CMAKE_CURRENT_LIST_DIR}/systemd/nfs4dup-watch@.service.in" "${service}" @ONLY)
if(NFS4SESS_PACKAGE STREQUAL "RPM") # which takes what has an absolute path for configuration
  foreach(folder NFS4SESS_PLUGIN_DIR NFS4SESS_PROFILE_DIR NFS4SESS_HELPER_DIR NFS4SESS_SERVICE_DIR
          NFS4SESS_EXAMPLE_DIR CMAKE_INSTALL_FULL_BINDIR CMAKE_INSTALL_FULL_DOCDIR
          CMAKE_INSTALL_FULL_MANDIR)
    string(REPLACE "${CMAKE_INSTALL_PREFIX}/" "" ${folder} "${${folder}}")
  endforeach()
endif()

install(TARGETS nfs4sess LIBRARY DESTINATION "${NFS4SESS_PLUGIN_DIR}"
  PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
install(DIRECTORY ui/profile/ DESTINATION "${NFS4SESS_PROFILE_DIR}")
install(PROGRAMS ui/nfs4dup DESTINATION "${CMAKE_INSTALL_FULL_BINDIR}")
install(DIRECTORY ui/frontend/ DESTINATION "${NFS4SESS_HELPER_DIR}" FILES_MATCHING PATTERN "*.py"
  PATTERN __pycache__ EXCLUDE)
if(NFS4SESS_SERVICE_DIR)
  install(FILES "${service}" DESTINATION "${NFS4SESS_SERVICE_DIR}")
endif()
install(FILES README.md CHANGELOG.md DESTINATION "${CMAKE_INSTALL_FULL_DOCDIR}")
install(FILES captures/duplicate-v42-server.pcap DESTINATION "${NFS4SESS_EXAMPLE_DIR}")
if(NOT NFS4SESS_PACKAGE OR NFS4SESS_PACKAGE STREQUAL "RPM") # Debian's copyright file says the same
  install(FILES LICENSES/GPL-2.0-or-later.txt DESTINATION "${CMAKE_INSTALL_FULL_DOCDIR}" RENAME LICENSE)
endif()
foreach(page IN LISTS NFS4SESS_MAN_PAGES)
  string(REGEX REPLACE "^.*\\.([0-9])\\.gz$" "\\1" section "${page}")
  install(FILES "${page}" DESTINATION "${CMAKE_INSTALL_FULL_MANDIR}/man${section}")
endforeach()

add_custom_target(uninstall VERBATIM
  COMMAND "${CMAKE_COMMAND}" -P "${PROJECT_BINARY_DIR}/install/uninstall.cmake")
