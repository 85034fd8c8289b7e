--- Which KDL files are topologies: a root says `edition N` first, and any
--- other file is one when a root in a folder above includes it.

local M = {}

--- How much of a file is looked at for its first node.
local HEAD = 400
--- How many folders above a file are looked at for roots, and how many files
--- of a topology are followed.
local FOLDERS, FILES = 8, 1000

--- What comes after a block comment, which may hold others.
local function after_comment(text, at)
  local depth = 0
  while true do
    local open, close = text:find("/*", at, true), text:find("*/", at, true)
    if open and (not close or open < close) then
      depth, at = depth + 1, open + 2
    elseif close then
      depth, at = depth - 1, close + 2
      if depth == 0 then
        return at
      end
    else
      return #text + 1
    end
  end
end

--- Whether the first node of these lines is `edition N`.
function M.is_root(lines)
  local text = table.concat(lines, "\n", 1, math.min(#lines, HEAD)):gsub("^\239\187\191", "")
  local at = 1
  while true do
    at = text:find("[^%s;]", at)
    if not at then
      return false
    elseif text:find("^//", at) or text:find("^/%-%s*kdl%-version%s", at) then
      at = text:find("\n", at, true) or #text + 1
    elseif text:find("^/%*", at) then
      at = after_comment(text, at)
    else
      return text:find("^edition[ \t]+%d", at) ~= nil
    end
  end
end

--- What a file says on the disk; nothing when it can't be read.
local function read(path)
  if vim.fn.filereadable(path) == 0 then
    return {}
  end
  return vim.fn.readfile(path)
end

--- Whether a topology has a file, its includes and theirs followed.
local function has(root, wanted)
  local seen, queue = { [root] = true }, { root }
  while #queue > 0 and #queue < FILES do
    local path = table.remove(queue, 1)
    local folder = vim.fn.fnamemodify(path, ":h")
    for _, line in ipairs(read(path)) do
      local pattern = line:match('^%s*include%s+"([^"]+)"') or line:match("^%s*include%s+([^%s;\"]+)")
      -- Nothing is included from outside, and never by a whole path.
      local found = pattern and vim.fn.globpath(vim.fn.escape(folder, ",*?[{"), pattern, true, true) or {}
      for _, other in ipairs(found) do
        other = vim.fn.fnamemodify(other, ":p")
        if other == wanted then
          return true
        elseif not seen[other] then
          seen[other] = true
          table.insert(queue, other)
        end
      end
    end
  end
  return false
end

--- The root of the topology that a file is part of, as a path, or nil. `lines`
--- is what the file says, as far as an editor has it.
function M.root(path, lines)
  path = vim.fn.fnamemodify(path, ":p")
  if path:match("%.jtc%.kdl$") or M.is_root(lines or read(path)) then
    return path
  end
  local folder = vim.fn.fnamemodify(path, ":h")
  for _ = 1, FOLDERS do
    for _, other in ipairs(vim.fn.globpath(vim.fn.escape(folder, ",*?[{"), "*.kdl", true, true)) do
      other = vim.fn.fnamemodify(other, ":p")
      if other ~= path and M.is_root(read(other)) and has(other, path) then
        return other
      end
    end
    local above = vim.fn.fnamemodify(folder, ":h")
    if above == folder or vim.fn.isdirectory(folder .. "/.git") == 1 then
      return nil
    end
    folder = above
  end
  return nil
end

--- The root of a buffer's topology.
function M.root_of_buffer(buffer)
  local path = vim.api.nvim_buf_get_name(buffer)
  if path == "" then
    return nil
  end
  return M.root(path, vim.api.nvim_buf_get_lines(buffer, 0, HEAD, false))
end

--- The folder to open for a buffer: the repository that its topology is in, or
--- else the topology's own folder.
function M.folder(buffer)
  local path = M.root_of_buffer(buffer) or vim.api.nvim_buf_get_name(buffer)
  local own = vim.fn.fnamemodify(path, ":p:h")
  local git = vim.fn.finddir(".git", vim.fn.escape(own, " ,;") .. ";")
  return git ~= "" and vim.fn.fnamemodify(git, ":p:h:h") or own
end

return M
