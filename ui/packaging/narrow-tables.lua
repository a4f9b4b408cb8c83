-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- pandoc lays tables of man pages out for 70 columns between their borders; on a
-- terminal of 80 that leaves no room for the margin and the space between columns.
-- Columns of no given width would be too narrow for a path.
function Table(tab)
  for i, column in ipairs(tab.colspecs) do
    tab.colspecs[i] = { column[1], (column[2] or 1 / #tab.colspecs) * 0.88 }
  end
  return tab
end
