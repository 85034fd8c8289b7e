if vim.g.loaded_jtc then
  return
end
vim.g.loaded_jtc = true

local function command(name, options, run)
  vim.api.nvim_create_user_command(name, function(args)
    require("jtc.commands")[run](args)
  end, options)
end

command("JtcManifest", { desc = "Show what the node under the cursor is compiled to" }, "manifest")
command("JtcGraph", {
  desc = "Show what comes before what, as a Mermaid diagram",
  nargs = "*",
  complete = function()
    return { "components", "objects", "routes" }
  end,
}, "graph")
command("JtcExplain", { desc = "Explain a diagnostic or a node", nargs = "?" }, "explain")
command("JtcFormat", { desc = "Format the file, or these lines of it", range = true }, "format")
command("JtcFix", { desc = "Make all repairs that are certain" }, "fix")
command("JtcRestart", { desc = "Start the language server anew" }, "restart")
