--- `jtc lsp` in Neovim: starts the language server for topologies.

local M = {}

--- What `setup` may change.
M.options = {
  --- The program: a name to look for in `PATH`, or a whole path.
  path = "jtc",
  --- Whether a file is formatted when it is written.
  format_on_save = false,
  --- Whether namespaces show what they come to.
  lenses = true,
  --- Whether the keys of Neovim 0.11 are set where they do nothing yet.
  keys = true,
  --- Where the pages of the diagnostics are published.
  documentation_url = nil,
  --- What the client is to be told on top: `capabilities`, for one.
  server = {},
}

local function is_new(version)
  return vim.fn.has("nvim-" .. version) == 1
end

--- The server and how it is started, as `vim.lsp.start` takes it.
function M.server()
  local lenses = require("jtc.commands").lenses
  return vim.tbl_deep_extend("force", {
    name = "jtc",
    cmd = { M.options.path, "lsp" },
    filetypes = { "jtc" },
    init_options = { documentationUrl = M.options.documentation_url },
    commands = lenses,
    on_attach = function(client, buffer)
      M.attached(client, buffer)
    end,
  }, M.options.server)
end

--- The same as `vim.lsp.config` of Neovim 0.11 takes it.
function M.config()
  return vim.tbl_extend("force", M.server(), {
    root_dir = function(buffer, open)
      open(require("jtc.topology").folder(buffer))
    end,
  })
end

--- Sets up a buffer that has a server.
function M.attached(client, buffer)
  if not is_new("0.8") then
    vim.bo[buffer].omnifunc = "v:lua.vim.lsp.omnifunc"
    vim.bo[buffer].tagfunc = "v:lua.vim.lsp.tagfunc"
  end
  local group = vim.api.nvim_create_augroup("jtc_" .. buffer, { clear = true })
  if M.options.keys then
    local lsp = vim.lsp.buf
    local keys =
      { K = lsp.hover, gd = lsp.definition, grn = lsp.rename, gra = lsp.code_action, grr = lsp.references }
    for key, run in pairs(keys) do
      if vim.fn.maparg(key, "n") == "" then
        vim.keymap.set("n", key, function()
          run()
        end, { buffer = buffer, desc = "jtc" })
      end
    end
  end
  if M.options.lenses then
    vim.api.nvim_create_autocmd({ "BufEnter", "BufWritePost", "InsertLeave" }, {
      group = group,
      buffer = buffer,
      callback = function()
        require("jtc.commands").refresh_lenses(buffer)
      end,
    })
    require("jtc.commands").refresh_lenses(buffer)
  end
  if M.options.format_on_save then
    vim.api.nvim_create_autocmd("BufWritePre", {
      group = group,
      buffer = buffer,
      callback = function()
        require("jtc.commands").format({ range = 0 })
      end,
    })
  end
end

--- Clients of Neovim 0.7, by folder: from 0.8 it keeps them itself.
local clients = {}

--- Starts the server for a buffer, or gives it the one that runs.
function M.start(buffer)
  buffer = (buffer == nil or buffer == 0) and vim.api.nvim_get_current_buf() or buffer
  if vim.fn.executable(M.options.path) == 0 then
    vim.notify_once(
      "jtc: there is no program `" .. M.options.path .. '`; install it, or say where it is: require("jtc").setup({ path = "…" })',
      vim.log.levels.ERROR
    )
    return nil
  end
  local folder = require("jtc.topology").folder(buffer)
  local server = M.server()
  server.root_dir = folder
  if vim.lsp.start then
    return vim.lsp.start(server, { bufnr = buffer })
  end
  local id = clients[folder]
  if not (id and vim.lsp.get_client_by_id(id)) then
    server.workspace_folders = { { uri = vim.uri_from_fname(folder), name = folder } }
    id = vim.lsp.start_client(server)
    clients[folder] = id
  end
  if id then
    vim.lsp.buf_attach_client(buffer, id)
  end
  return id
end

--- Starts the server for every topology, those that are open too.
function M.setup(options)
  M.options = vim.tbl_deep_extend("force", M.options, options or {})
  for name, run in pairs(require("jtc.commands").lenses) do
    vim.lsp.commands[name] = run
  end
  if vim.lsp.config and vim.lsp.enable then
    vim.lsp.config("jtc", M.config())
    vim.lsp.enable("jtc")
    return
  end
  vim.api.nvim_create_autocmd("FileType", {
    group = vim.api.nvim_create_augroup("jtc", { clear = true }),
    pattern = "jtc",
    callback = function(event)
      M.start(event.buf)
    end,
  })
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.bo[buffer].filetype == "jtc" then
      M.start(buffer)
    end
  end
end

return M
