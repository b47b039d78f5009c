package courier

// Step is a step on a text's way from the outbox to its peer, for tests that stop between two of them.
type Step string

// The steps, in their order. A text that travels in a frame needs no risk.
const (
	StepRisk   Step = "risk"   // it is noted that a plain text leaves
	StepSend   Step = "send"   // the peer has it, and has answered
	StepRecord Step = "record" // it goes from the outbox into the history
	StepSettle Step = "settle" // or it is given back with the reason
)

// step does a step, through the hook of a test if there is one.
func (c *Courier) step(s Step, do func() error) error {
	if c.Hook != nil {
		return c.Hook(s, do)
	}
	return do()
}
