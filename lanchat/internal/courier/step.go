package courier

// Step is a step in the delivery of a text, for tests that stop between two of them.
type Step string

// The steps, in their order. A text that travels in a frame needs no risk.
const (
	StepRisk   Step = "risk"   // it is recorded that a plain text is about to be sent
	StepSend   Step = "send"   // the peer has it, and has answered
	StepRecord Step = "record" // it is moved from the outbox to the history
	StepSettle Step = "settle" // or it is released with the reason
)

// step does a step, through the hook of a test if there is one.
func (c *Courier) step(s Step, do func() error) error {
	if c.Hook != nil {
		return c.Hook(s, do)
	}
	return do()
}
