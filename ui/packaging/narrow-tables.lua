-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- pandoc lays tables of man pages out for 70 columns and forgets the three blanks between
-- two of them; on a terminal of 80, with a margin of 7, that is too wide. Columns of no given
-- width would be too narrow for a path.
function Table(tab)
  local count = #tab.colspecs
  local room = (70 - 3 * (count - 1)) / 70
  for i, column in ipairs(tab.colspecs) do
    tab.colspecs[i] = { column[1], (column[2] or 1 / count) * room }
  end
  return tab
end

-- In columns as narrow as that, nothing is left to adjust; groff 1.23 takes AD for it.
function Pandoc(document)
  document.blocks:insert(1, pandoc.RawBlock("man", ".ds AD l\n.ad l"))
  return document
end
