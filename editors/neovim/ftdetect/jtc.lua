-- Topologies among the KDL files; all others are left to whoever knows them.
-- A new file has no first node yet, so it is looked at again later.
vim.api.nvim_create_autocmd({ "BufRead", "BufNewFile", "BufWritePost", "InsertLeave" }, {
  group = "filetypedetect",
  pattern = "*.kdl",
  callback = function(event)
    if vim.bo[event.buf].filetype ~= "jtc" and require("jtc.topology").root_of_buffer(event.buf) then
      vim.bo[event.buf].filetype = "jtc"
    end
  end,
})
