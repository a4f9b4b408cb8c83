# SPDX-License-Identifier: GPL-2.0-or-later
#
# A tarball of the commit that is checked out, which builds and makes packages where there is
# no git. One commit gives one file.
set(tarball "${PROJECT_NAME}-${PROJECT_VERSION}")
add_custom_target(dist VERBATIM WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
  COMMAND git archive --format=tar.gz "--prefix=${tarball}/"
          --output "${PROJECT_BINARY_DIR}/${tarball}.tar.gz" HEAD)
