# SPDX-License-Identifier: GPL-2.0-or-later
#
# A build for the Wireshark that is installed, with its development files.
find_package(PkgConfig REQUIRED)
find_package(Wireshark CONFIG REQUIRED)
pkg_check_modules(GLIB REQUIRED IMPORTED_TARGET glib-2.0>=2.68)

if(Wireshark_VERSION VERSION_LESS 4.0)
  message(FATAL_ERROR "nfs4sess needs Wireshark 4.0 or later; this is ${Wireshark_VERSION}.")
endif()
set(WIRESHARK_LINE "${Wireshark_MAJOR_VERSION}.${Wireshark_MINOR_VERSION}")
# The name of a folder of plugins: 4.0, or 4-0, as Wireshark for macOS has it.
get_filename_component(NFS4SESS_LINE_FOLDER "${Wireshark_PLUGIN_INSTALL_DIR}" NAME)

# The compiler sees the plugin as one program, which saves 0.4 % of the instructions of tshark -q
# on metadata. In Wireshark's tree ENABLE_LTO asks for that.
include(CheckIPOSupported)
check_ipo_supported(RESULT NFS4SESS_IPO OUTPUT why_not LANGUAGES C)
if(NFS4SESS_SANITIZE OR CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(NFS4SESS_IPO OFF)
endif()
set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ${NFS4SESS_IPO})

# In Wireshark 4.0 the target wsutil carries no include directories, so they are named here.
target_include_directories(nfs4sess_flags SYSTEM INTERFACE ${Wireshark_INCLUDE_DIR})
target_link_libraries(nfs4sess_flags INTERFACE PkgConfig::GLIB)

set(dfilter "${Wireshark_INCLUDE_DIR}/epan/dfilter")
file(STRINGS "${dfilter}/dfilter.h" wanted REGEX "dfilter-loc\\.h")
if(wanted AND NOT EXISTS "${dfilter}/dfilter-loc.h") # so in 4.2
  target_include_directories(nfs4sess_flags SYSTEM INTERFACE "${PROJECT_SOURCE_DIR}/plugin/missing")
endif()

# Wireshark looks for plugins in <folder>/<line>/epan; with WIRESHARK_PLUGIN_DIR set to
# <build>/run it finds this one without an installation.
set(NFS4SESS_MODULE_DIR "${PROJECT_BINARY_DIR}/run/${NFS4SESS_LINE_FOLDER}/epan")
