if vim.b.did_ftplugin then
  return
end
vim.b.did_ftplugin = 1

local option = vim.opt_local
option.commentstring = "// %s"
option.comments = { "s1:/*", "mb:*", "ex:*/", "://" }
option.formatoptions:remove("t")
option.formatoptions:append("croql")
option.expandtab = true
option.shiftwidth = 4
option.softtabstop = 4
option.smartindent = true
-- Names have dashes: `storage-class` is one word.
option.iskeyword:append("-")

vim.b.undo_ftplugin = "setlocal commentstring< comments< formatoptions< expandtab< shiftwidth<"
  .. " softtabstop< smartindent< iskeyword<"
