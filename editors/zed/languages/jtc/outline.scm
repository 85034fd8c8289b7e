(document
  (node
    name: (identifier) @name
    (node_field argument: (value) @context)?) @item)
