package migrate

// OnStep has f called at every step of m's transactions.
func (m *Migrator) OnStep(f func(step string)) { m.reached = func(s step) { f(string(s)) } }
