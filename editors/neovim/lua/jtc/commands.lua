--- The commands: manifest, graph, explanation, formatting, repairs.

local M = {}

local function tell(message, level)
  vim.notify("jtc: " .. message, level or vim.log.levels.ERROR)
end

--- The client of a buffer, or nil.
function M.client(buffer)
  local found = vim.lsp.get_clients and vim.lsp.get_clients({ bufnr = buffer, name = "jtc" })
    or vim.lsp.buf_get_clients(buffer)
  for _, client in pairs(found) do
    if client.name == "jtc" then
      return client
    end
  end
  return nil
end

--- Asks the server, and calls `done` with what it answers.
local function ask(buffer, method, params, done)
  local client = M.client(buffer)
  if not client then
    return tell("no language server runs for this file")
  end
  local function answered(err, answer)
    if err then
      tell(err.message or tostring(err))
    elseif answer then
      done(answer, client)
    end
  end
  if vim.fn.has("nvim-0.11") == 1 then
    client:request(method, params, answered, buffer)
  else
    client.request(method, params, answered, buffer)
  end
end

--- Shows a text beside the window, in a buffer that is written nowhere.
local function show(title, filetype, text)
  local name = "jtc://" .. title
  local buffer = vim.fn.bufnr("^" .. vim.fn.escape(name, "*?[]{},\\") .. "$")
  if buffer == -1 then
    buffer = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_buf_set_name(buffer, name)
  end
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split((text:gsub("\n$", "")), "\n", { plain = true }))
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].bufhidden = "wipe"
  vim.bo[buffer].filetype = filetype
  local window = vim.fn.bufwinid(buffer)
  if window == -1 then
    vim.cmd("vertical sbuffer " .. buffer)
  else
    vim.api.nvim_set_current_win(window)
  end
  return buffer
end

local function show_manifest(buffer, params)
  ask(buffer, "jtc/manifest", params, function(answer)
    show(answer.title, answer.languageId, answer.text)
  end)
end

--- `:JtcManifest`
function M.manifest()
  local client = M.client(0)
  local encoding = client and client.offset_encoding or "utf-16"
  show_manifest(vim.api.nvim_get_current_buf(), vim.lsp.util.make_position_params(0, encoding))
end

--- What the lenses of the server ask for.
M.lenses = {
  ["jtc.showManifest"] = function(command, context)
    show_manifest(context and context.bufnr or vim.api.nvim_get_current_buf(), command.arguments[1])
  end,
}

--- Asks for the lenses of a buffer, where the server has any.
function M.refresh_lenses(buffer)
  if not M.client(buffer) or buffer ~= vim.api.nvim_get_current_buf() then
    return
  elseif vim.lsp.codelens.enable then
    vim.lsp.codelens.enable(true, { bufnr = buffer })
  else
    vim.lsp.codelens.refresh(vim.fn.has("nvim-0.10") == 1 and { bufnr = buffer } or nil)
  end
end

--- `:JtcGraph [components|objects|routes] [NAMESPACE]`
function M.graph(args)
  local root = require("jtc.topology").root_of_buffer(0)
  if not root then
    return tell("this file is no part of a topology")
  end
  local command = { require("jtc").options.path, "graph", "--color", "never", "--format", "mermaid" }
  vim.list_extend(command, { "--view", args.fargs[1] or "components" })
  if args.fargs[2] then
    vim.list_extend(command, { "--namespace", args.fargs[2] })
  end
  table.insert(command, root)
  if vim.bo.modified then
    tell("the graph is that of the files as they were written last", vim.log.levels.WARN)
  end
  local out, err = {}, {}
  local job = vim.fn.jobstart(command, {
    stdout_buffered = true,
    stderr_buffered = true,
    on_stdout = function(_, lines)
      out = lines
    end,
    on_stderr = function(_, lines)
      err = lines
    end,
    -- A topology with errors has a graph as far as it goes.
    on_exit = function()
      local text = table.concat(out, "\n")
      if text == "" then
        return tell(vim.trim(table.concat(err, "\n")))
      end
      show(vim.fn.fnamemodify(root, ":t:r") .. ".mmd", "mermaid", text)
    end,
  })
  if job <= 0 then
    tell("can't start `" .. command[1] .. "`")
  end
end

--- `:JtcExplain [CODE|NODE]`; without either, the diagnostic under the cursor,
--- or the word there.
function M.explain(args)
  local what = args.args
  if what == "" then
    local line = vim.api.nvim_win_get_cursor(0)[1] - 1
    local here = vim.diagnostic.get(0, { lnum = line })[1]
    local data = here and here.user_data and here.user_data.lsp or {}
    what = here and (here.code or data.code) or vim.fn.expand("<cword>")
  end
  ask(0, "jtc/explain", { what = tostring(what) }, function(answer)
    show(what .. ".md", "markdown", answer.markdown)
  end)
end

--- `:JtcFormat`, of these lines when it has a range.
function M.format(args)
  local client = M.client(0)
  local capabilities = client and (client.server_capabilities or client.resolved_capabilities) or {}
  local ranged = args.range == 2
  local able = ranged and "documentRangeFormattingProvider" or "documentFormattingProvider"
  if not capabilities[able] then
    return tell(client and "this server doesn't format" or "no language server runs for this file")
  end
  local options = {
    tabSize = vim.fn.shiftwidth(),
    insertSpaces = vim.bo.expandtab,
  }
  local params = { textDocument = { uri = vim.uri_from_bufnr(0) }, options = options }
  if ranged then
    params.range =
      { start = { line = args.line1 - 1, character = 0 }, ["end"] = { line = args.line2, character = 0 } }
  end
  local method = ranged and "textDocument/rangeFormatting" or "textDocument/formatting"
  local answers, why = vim.lsp.buf_request_sync(0, method, params, 5000)
  local answer = answers and answers[client.id]
  if not answer or answer.err or answer.error then
    local failed = answer and (answer.err or answer.error)
    return tell(failed and failed.message or why or "the server gave no answer")
  elseif answer.result then
    vim.lsp.util.apply_text_edits(answer.result, vim.api.nvim_get_current_buf(), client.offset_encoding)
  end
end

--- `:JtcFix`
function M.fix()
  local buffer = vim.api.nvim_get_current_buf()
  local last = vim.api.nvim_buf_line_count(buffer)
  local params = {
    textDocument = { uri = vim.uri_from_bufnr(buffer) },
    range = { start = { line = 0, character = 0 }, ["end"] = { line = last, character = 0 } },
    context = { only = { "source.fixAll.jtc" }, diagnostics = {} },
  }
  ask(buffer, "textDocument/codeAction", params, function(actions, client)
    for _, action in ipairs(actions) do
      if action.edit then
        vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
      end
    end
    if #actions == 0 then
      tell("nothing here has a repair that is certain", vim.log.levels.INFO)
    end
  end)
end

--- `:JtcRestart`
function M.restart()
  local client = M.client(0)
  local buffers = client and vim.lsp.get_buffers_by_client_id(client.id) or { vim.api.nvim_get_current_buf() }
  if client then
    vim.lsp.stop_client(client.id)
  end
  local tries = 0
  -- The old one has to be gone, or Neovim hands it out again.
  local function again()
    tries = tries + 1
    if client and vim.lsp.get_client_by_id(client.id) and tries < 50 then
      return vim.defer_fn(again, 100)
    end
    for _, buffer in ipairs(buffers) do
      if vim.api.nvim_buf_is_loaded(buffer) then
        require("jtc").start(buffer)
      end
    end
  end
  again()
end

return M
