package station

// connections returns how many connections the process may hold. Windows has no limit but memory.
func connections() int { return 16384 }
