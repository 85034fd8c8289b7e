-- What a person does in Neovim. This script is the person: it starts Neovim
-- with `init.lua` beside it, types keys, and looks at what is there.
--
-- Run as `nvim --headless --clean -u NONE -c 'luafile neovim.lua'` in a folder
-- that holds a copy of `topology/`. Each step is told in a line. A step that
-- fails ends the run with exit code 1, since the next ones build on it.

local LIMIT = 20000
local SITE, ROOT = "sites/prod.kdl", "topology.kdl"
local folder = vim.fn.getcwd()

local editor = vim.fn.jobstart({
  vim.v.progpath,
  "--embed",
  "--headless",
  "--clean",
  "-u",
  vim.env.JTC_CONFIGURATION,
}, { rpc = true, cwd = folder })
assert(editor > 0, "Neovim doesn't start")

--- Runs Lua in the editor, and returns what it does.
local function look(code, ...)
  return vim.rpcrequest(editor, "nvim_exec_lua", code, { ... })
end

local function command(line)
  vim.rpcrequest(editor, "nvim_command", line)
end

--- Types keys, as `:help key-notation` writes them.
local function type_keys(keys)
  vim.rpcrequest(editor, "nvim_input", keys)
end

--- Waits for what becomes true, and returns it.
local function wait(what, condition)
  local found
  local came = vim.wait(LIMIT, function()
    found = condition()
    return found
  end, 20)
  if not came then
    error("waited in vain for " .. what, 2)
  end
  return found
end

--- Waits until something is as it must be.
local function equals(what, find, expected)
  local found
  local came = vim.wait(LIMIT, function()
    found = find()
    return vim.deep_equal(found, expected)
  end, 20)
  if not came then
    error(("%s: %s instead of %s"):format(what, vim.inspect(found), vim.inspect(expected)), 2)
  end
end

--- Waits until the editor asks something at its last line.
local function wait_for_question()
  wait("a question", function()
    local mode = vim.rpcrequest(editor, "nvim_get_mode")
    return mode.blocking or mode.mode == "c"
  end)
end

--- What a file says: in the editor, where it is open, saved or not.
local function text(name)
  return look([[
    local buffer = vim.fn.bufnr("^" .. ... .. "$")
    local is_open = buffer ~= -1 and vim.api.nvim_buf_is_loaded(buffer)
    local lines = is_open and vim.api.nvim_buf_get_lines(buffer, 0, -1, false) or vim.fn.readfile(...)
    return table.concat(lines, "\n") .. "\n"
  ]], folder .. "/" .. name)
end

local function has(name, part)
  return text(name):find(part, 1, true) ~= nil
end

--- Puts the cursor where `|` stands in a part of a line.
local function go(marked)
  local before, after = marked:match("^(.-)|(.*)$")
  local came = look([[
    local part, column = ...
    for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
      local start = line:find(part, 1, true)
      if start then
        vim.api.nvim_win_set_cursor(0, { number, start - 1 + column })
        return true
      end
    end
  ]], before .. after, #before)
  assert(came, "there is no " .. before .. after)
end

--- The place of the cursor, as in `topology.kdl:17:10`.
local function place()
  return look([[
    local at = vim.api.nvim_win_get_cursor(0)
    return vim.api.nvim_buf_get_name(0):sub(#... + 2) .. ":" .. at[1] .. ":" .. at[2] + 1
  ]], folder)
end

--- The diagnostics of a file as in `6:72-76 J0301`: line, first and last
--- column, counted from 1. Hints are left out.
local function diagnostics(name)
  return look([[
    local found = {}
    for _, it in ipairs(vim.diagnostic.get(vim.fn.bufnr("^" .. ... .. "$"))) do
      if it.severity < vim.diagnostic.severity.HINT then
        local code = it.code or it.user_data.lsp.code
        table.insert(found, ("%d:%d-%d %s"):format(it.lnum + 1, it.col + 1, it.end_col, code))
      end
    end
    table.sort(found)
    return found
  ]], folder .. "/" .. name)
end

local function expect(name, expected)
  equals("the diagnostics of " .. name, function()
    return diagnostics(name)
  end, expected)
end

--- The text that floats over the windows.
local function floating()
  return look([[
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= "" then
        local buffer = vim.api.nvim_win_get_buf(window)
        return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n")
      end
    end
    return false
  ]])
end

--- Closes what a command has opened beside the topology, and returns its
--- name, type and text.
local function shown(name)
  local found = wait("the window " .. name, function()
    return look([[
      if not vim.api.nvim_buf_get_name(0):find(..., 1, true) then
        return false
      end
      return { vim.bo.filetype, table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n") }
    ]], name)
  end)
  command("close")
  return found[1], found[2]
end

local function contains(what, found, parts)
  for _, part in ipairs(parts) do
    assert(found:find(part, 1, true), ("%s has no `%s`: %s"):format(what, part, found))
  end
end

local steps = {
  {
    "other KDL is left alone",
    function()
      vim.fn.writefile({ "layout { pane; }" }, "layout.kdl")
      command("edit layout.kdl")
      vim.wait(500)
      assert(look("return vim.bo.filetype") ~= "jtc")
      assert(look("return require('jtc.commands').client(0) == nil"))
    end,
  },
  {
    "a file that a topology includes starts the server, in the folder of the topology",
    function()
      command("edit " .. SITE)
      equals("the file's type", function()
        return look("return vim.bo.filetype")
      end, "jtc")
      equals("the folder", function()
        return look([[
          local client = require("jtc.commands").client(0)
          return client and client.config.root_dir
        ]])
      end, folder)
    end,
  },
  {
    "diagnostics stand at the right places while one types",
    function()
      go('to="|gui"')
      type_keys("ci\"giu<Esc>")
      go("|replicas 3")
      type_keys("cwreplcas<Esc>")
      expect(SITE, { "3:9-15 J0201", "6:72-76 J0301" })
    end,
  },
  {
    "they go when the text is right again",
    function()
      go('to="|giu"')
      type_keys("ci\"gui<Esc>")
      expect(SITE, { "3:9-15 J0201" })
    end,
  },
  {
    "a quick fix is chosen and applied",
    function()
      go("rep|lcas 3")
      type_keys("gra")
      wait_for_question()
      type_keys("1<CR>")
      wait("the fix", function()
        return has(SITE, "replicas 3")
      end)
      expect(SITE, {})
    end,
  },
  {
    "a mistake in an unsaved file shows in the file that it breaks",
    function()
      command("edit " .. ROOT)
      go('database "|prod"')
      type_keys('ci"live<Esc>')
      expect(SITE, { "1:50-55 J0301" })
      type_keys("u")
      command("write")
      command("edit " .. SITE)
      expect(SITE, {})
    end,
  },
  {
    "completion offers the topology's names, and takes one",
    function()
      go('version="|3.6.0"')
      type_keys('ci"<C-x><C-o>')
      local items = wait("completions", function()
        local items = look("return vim.fn.complete_info({ 'items' }).items")
        return #items > 0 and items
      end)
      local words = vim.tbl_map(function(item)
        return item.word
      end, items)
      assert(vim.deep_equal(words, { "3.6.0" }), vim.inspect(words))
      type_keys("<C-y><Esc>")
      wait("what was taken", function()
        return has(SITE, 'namespace "jobmon-prod" version="3.6.0" database="prod" {')
      end)
      expect(SITE, {})
    end,
  },
  {
    "a hover tells what a component becomes",
    function()
      go("s|erver {")
      type_keys("K")
      contains("the hover", wait("the hover", floating), { "server", "Deployment", "replicas" })
      type_keys("<Esc>hl")
    end,
  },
  {
    "a definition is in another file",
    function()
      go('database="p|rod"')
      type_keys("gd")
      equals("the place", place, ROOT .. ":17:11")
      type_keys("<C-o>")
      equals("the place", place, SITE .. ":1:52")
    end,
  },
  {
    "references are in both files",
    function()
      go('"jobmon-p|rod" version')
      type_keys("grr")
      local found = wait("the list", function()
        local found = look([[
          return vim.tbl_map(function(it)
            return vim.fn.fnamemodify(vim.fn.bufname(it.bufnr), ":t") .. ":" .. it.lnum
          end, vim.fn.getqflist())
        ]])
        return #found > 0 and found
      end)
      table.sort(found)
      assert(vim.deep_equal(found, { "prod.kdl:1", "topology.kdl:26" }), vim.inspect(found))
      command("cclose")
      command("buffer " .. SITE)
    end,
  },
  {
    "a rename changes both files, and nothing breaks",
    function()
      go('"jobmon-p|rod" version')
      type_keys("grn")
      wait_for_question()
      type_keys("<C-u>jobmon-live<CR>")
      wait("the rename", function()
        return has(SITE, 'namespace "jobmon-live"') and has(ROOT, 'namespace="jobmon-live"')
      end)
      assert(not has(SITE, "jobmon-prod") and not has(ROOT, "jobmon-prod"))
      command("wall")
      expect(SITE, {})
      expect(ROOT, {})
    end,
  },
  {
    "the manifest of the node under the cursor",
    function()
      go("g|ui")
      command("JtcManifest")
      local filetype, manifest = shown("jtc://gui.yaml")
      assert(filetype == "yaml", filetype)
      contains("the manifest", manifest, { "kind: Deployment", "registry.example.org/jobmon-gui:3.6.0" })
    end,
  },
  {
    "a lens shows what a namespace comes to, and opens its manifest",
    function()
      go("|namespace")
      wait("the lens", function()
        return look([[
          for _, lens in ipairs(vim.lsp.codelens.get(0)) do
            if lens.command and lens.command.title:find("%d+ objects, waves %d to %d, 1 reaper") then
              return true
            end
          end
        ]])
      end)
      look("vim.lsp.codelens.run()")
      local _, manifest = shown("jtc://namespace jobmon-live.yaml")
      contains("the manifest", manifest, { "kind: Namespace", "name: jobmon-live" })
    end,
  },
  {
    "the graph of the topology, from a file that it includes",
    function()
      command("JtcGraph components")
      local filetype, graph = shown("jtc://topology.mmd")
      assert(filetype == "mermaid", filetype)
      contains("the graph", graph, { "flowchart LR", "jobmon-live/server" })
    end,
  },
  {
    "a diagnostic is explained, and :JtcFix repairs all that is certain",
    function()
      go("|replicas 3")
      type_keys("cwreplcas<Esc>")
      expect(SITE, { "3:9-15 J0201" })
      command("JtcExplain")
      local filetype, page = shown("jtc://J0201.md")
      assert(filetype == "markdown", filetype)
      contains("the page", page, { "J0201" })
      command("JtcFix")
      wait("the repair", function()
        return has(SITE, "replicas 3")
      end)
      expect(SITE, {})
      command("write")
    end,
  },
  {
    "formatting changes the layout alone",
    function()
      local neat = text(SITE)
      go("    |gui")
      type_keys("0i      <Esc>")
      go("replicas |3")
      type_keys("i     <Esc>")
      assert(text(SITE) ~= neat)
      command("JtcFormat")
      equals("the text", function()
        return text(SITE)
      end, neat)
      expect(SITE, {})
    end,
  },
  {
    "the server can be started anew",
    function()
      local old = look("return require('jtc.commands').client(0).id")
      command("JtcRestart")
      wait("another server", function()
        local id = look("local client = require('jtc.commands').client(0) return client and client.id")
        return id ~= vim.NIL and id ~= old
      end)
      go('to="|gui"')
      type_keys("ci\"giu<Esc>")
      expect(SITE, { "6:72-76 J0301" })
    end,
  },
  {
    "nothing went wrong unseen",
    function()
      local messages = look("return vim.api.nvim_exec('messages', true)")
      for line in messages:gmatch("[^\n]+") do
        assert(not line:find("^E%d+:") and not line:find("[Ee]rror") and not line:find("stack traceback"), messages)
      end
    end,
  },
}

local version = vim.fn.execute("version"):match("NVIM (%S+)")
io.stdout:write("Neovim " .. version .. "\n")
for number, step in ipairs(steps) do
  local done, why = xpcall(step[2], function(why)
    return type(why) == "string" and why or vim.inspect(why)
  end)
  io.stdout:write(("  %s %s\n"):format(done and "ok   " or "FAIL ", step[1]))
  if not done then
    io.stdout:write(("          %s\n"):format(why))
    local unread = not vim.rpcrequest(editor, "nvim_get_mode").blocking
    local messages = unread and look("return vim.api.nvim_exec('messages', true)") or "it waits for a key"
    io.stdout:write(("          messages: %s\n"):format(messages))
    io.stdout:write(("%d passed, 1 failed\n"):format(number - 1))
    vim.fn.jobstop(editor)
    vim.cmd("cquit 1")
  end
end
io.stdout:write(("%d passed, 0 failed\n"):format(#steps))
vim.rpcnotify(editor, "nvim_command", "qall!")
vim.fn.jobwait({ editor }, LIMIT)
vim.cmd("qall!")
