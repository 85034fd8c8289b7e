-- For Neovim 0.11 and later: what `vim.lsp.enable("jtc")` starts, and
-- `vim.lsp.config("jtc", …)` changes.
return require("jtc").config()
