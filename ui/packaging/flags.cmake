# SPDX-License-Identifier: GPL-2.0-or-later
#
# What every target of the project is compiled with, as far as the compiler knows it.
include(CheckCCompilerFlag)

add_library(nfs4sess_flags INTERFACE)
target_include_directories(nfs4sess_flags INTERFACE "${PROJECT_SOURCE_DIR}/plugin"
  "${PROJECT_SOURCE_DIR}/plugin/model" "${PROJECT_SOURCE_DIR}/ui")
foreach(flag -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith
        -Wformat=2 -fno-strict-aliasing)
  string(MAKE_C_IDENTIFIER "NFS4SESS_HAS${flag}" known)
  check_c_compiler_flag(${flag} ${known})
  target_compile_options(nfs4sess_flags INTERFACE $<$<BOOL:${${known}}>:${flag}>)
endforeach()
if(MSVC)
  set(as_errors /WX)
else()
  set(as_errors -Werror)
endif()
target_compile_options(nfs4sess_flags INTERFACE $<$<BOOL:${NFS4SESS_WERROR}>:${as_errors}>)
# What came with a later GLib than the one that CMake asks for is a warning.
target_compile_definitions(nfs4sess_flags INTERFACE
  GLIB_VERSION_MIN_REQUIRED=GLIB_VERSION_2_68 GLIB_VERSION_MAX_ALLOWED=GLIB_VERSION_2_68)
if(NFS4SESS_SANITIZE)
  target_compile_options(nfs4sess_flags INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer)
  target_link_options(nfs4sess_flags INTERFACE -fsanitize=address,undefined)
endif()
