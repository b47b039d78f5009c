package resp

// Login returns how a connection gets in.
func (a Address) Login() (user, password string, database int) { return a.user, a.password, a.database }
