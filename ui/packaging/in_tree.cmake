# SPDX-License-Identifier: GPL-2.0-or-later
#
# A build inside Wireshark's own source tree, with its flags, as one of its plugins. What is
# installed beside the plugin elsewhere, nfs4dup and the profile, is not part of that.
include(WiresharkPlugin)
set_module_info(nfs4sess ${PROJECT_VERSION_MAJOR} ${PROJECT_VERSION_MINOR} ${PROJECT_VERSION_PATCH} 0)
set(WIRESHARK_LINE "${line}")
set(NFS4SESS_MODULE_DIR "${PLUGIN_DIR}/epan")
target_include_directories(nfs4sess_flags SYSTEM INTERFACE ${GLIB2_INCLUDE_DIRS})
target_link_libraries(nfs4sess_flags INTERFACE ${GLIB2_LIBRARIES})

# After the target nfs4sess is there.
function(nfs4sess_join_wireshark)
  set_target_properties(nfs4sess PROPERTIES LINK_FLAGS "${WS_LINK_FLAGS}" INSTALL_RPATH ""
    FOLDER "Plugins")
  if(PLUGIN_RC_FILE)
    target_sources(nfs4sess PRIVATE "${PLUGIN_RC_FILE}")
  endif()
  add_dependencies(plugins nfs4sess)
  install_plugin(nfs4sess epan)
  file(GLOB_RECURSE sources RELATIVE "${PROJECT_SOURCE_DIR}" CONFIGURE_DEPENDS
    "${PROJECT_SOURCE_DIR}/plugin/*.[ch]" "${PROJECT_SOURCE_DIR}/ui/*.[ch]")
  # It bridges release lines, one of which is this one: before 4.6 a tap that cannot start ends
  # the program, as those of tshark do.
  list(REMOVE_ITEM sources plugin/compat.h)
  set(CMAKE_CURRENT_SOURCE_DIR "${PROJECT_SOURCE_DIR}")
  checkapi(NAME nfs4sess
    SWITCHES --group dissectors-prohibited --group dissectors-restricted
    SOURCES ${sources})
endfunction()
