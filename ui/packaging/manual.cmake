# SPDX-License-Identifier: GPL-2.0-or-later
#
# The man pages, from their Markdown. Where pandoc is missing there are none, and the
# build goes on: a plugin without its manual is better than neither. A package is
# never made without.
find_program(NFS4SESS_PANDOC pandoc DOC "Converts the manual to man pages")
find_program(NFS4SESS_GZIP gzip)

# Who gets reports is known to CMake alone.
set(who "${NFS4SESS_MAINTAINER}")
if(who MATCHES "\\.invalid>$") # nobody has named himself
  set(who "those from whom you have nfs4sess")
endif()
set(reports "${PROJECT_BINARY_DIR}/man/reports.md")
file(CONFIGURE OUTPUT "${reports}" @ONLY CONTENT
"
# REPORTS

Faults, wrong verdicts and questions go to @who@.
")

set(NFS4SESS_MAN_PAGES)
if(NFS4SESS_PANDOC AND NFS4SESS_GZIP)
  foreach(page nfs4dup.1 nfs4dup-verdicts.7 nfs4dup-cures.7)
    set(source "${PROJECT_SOURCE_DIR}/ui/${page}.md")
    set(result "${PROJECT_BINARY_DIR}/man/${page}.gz")
    # -smart: "--json" stays two hyphens; gzip -n: no time stamp.
    add_custom_command(OUTPUT "${result}" DEPENDS "${source}" "${reports}" VERBATIM
      COMMAND "${CMAKE_COMMAND}" -E make_directory "${PROJECT_BINARY_DIR}/man"
      COMMAND "${NFS4SESS_PANDOC}" --standalone --from markdown-smart --to man
              --lua-filter "${CMAKE_CURRENT_LIST_DIR}/narrow-tables.lua"
              --metadata "footer=nfs4sess ${PROJECT_VERSION}"
              --output "${PROJECT_BINARY_DIR}/man/${page}" "${source}" "${reports}"
      COMMAND "${NFS4SESS_GZIP}" -9nf "${PROJECT_BINARY_DIR}/man/${page}")
    list(APPEND NFS4SESS_MAN_PAGES "${result}")
  endforeach()
  add_custom_target(man ALL DEPENDS ${NFS4SESS_MAN_PAGES})
elseif(NFS4SESS_PACKAGE)
  message(FATAL_ERROR "A package needs its man pages, and those need pandoc, which is not installed.")
else()
  message(STATUS "pandoc is not installed: no man pages")
endif()
