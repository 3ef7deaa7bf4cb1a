# The inspector: header grid, arithmetic, state diagram.
