-- The configuration that editors/neovim/README.md says, for the test beside it.
vim.opt.runtimepath:prepend(vim.env.JTC_PLUGIN)
vim.cmd("filetype plugin on")
require("jtc").setup({ path = vim.env.JTC_SERVER })
