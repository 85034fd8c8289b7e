; Topologies, by the grammar for KDL 2.

(node name: (identifier) @tag)
(prop key: (identifier) @attribute)
(type) @type

(string) @string
(escape) @constant.character.escape
(escaped_whitespace) @constant.character.escape
(number) @constant.numeric
(boolean) @constant.builtin.boolean
["null" "#null"] @constant.builtin

"=" @operator
";" @punctuation.delimiter
["{" "}" "(" ")"] @punctuation.bracket

(single_line_comment) @comment.line
(multi_line_comment) @comment.block
(node_comment) @comment
(node_field_comment) @comment
(node_children_comment) @comment
