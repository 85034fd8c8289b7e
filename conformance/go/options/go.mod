module options

go 1.26
