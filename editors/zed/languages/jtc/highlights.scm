; Topologies, by the grammar for KDL 2.

(node name: (identifier) @tag)
(prop key: (identifier) @property)
(type) @type

(string) @string
(escape) @string.escape
(escaped_whitespace) @string.escape
(number) @number
(boolean) @boolean
["null" "#null"] @constant

"=" @operator
";" @punctuation.delimiter
["{" "}" "(" ")"] @punctuation.bracket

(single_line_comment) @comment
(multi_line_comment) @comment
(node_comment) @comment
(node_field_comment) @comment
(node_children_comment) @comment
