package console

// Code is the exit code of a program. The table of all of them is here, and the same in every program.
type Code int

const (
	Done     Code = 0 // all that was asked for is done
	Failed   Code = 1 // nothing else fits: the network, the disk, a conflict
	Usage    Code = 2 // the command line is wrong; nothing was done
	Partial  Code = 3 // some items failed, the rest is done
	NotFound Code = 4 // what was named does not exist

	Hangup      Code = 129 // stopped by SIGHUP before the work was done
	Interrupted Code = 130 // stopped by SIGINT before the work was done
	Quit        Code = 131 // stopped by SIGQUIT before the work was done
	Terminated  Code = 143 // stopped by SIGTERM before the work was done
)

// String returns the stable name of c that JSON errors carry, such as "not_found".
func (c Code) String() string {
	switch c {
	case Done:
		return "done"
	case Usage:
		return "usage"
	case Partial:
		return "partial"
	case NotFound:
		return "not_found"
	case Hangup, Interrupted, Quit, Terminated:
		return "interrupted"
	default:
		return "failed"
	}
}

// meaning is the explanation of c in the manual page.
func (c Code) meaning() string {
	switch c {
	case Done:
		return "All that was asked for is done."
	case Usage:
		return "The command line is wrong; nothing was done."
	case Partial:
		return "Some items failed, the rest is done."
	case NotFound:
		return "What was named does not exist."
	case Hangup:
		return "Stopped by SIGHUP before the work was done."
	case Interrupted:
		return "Stopped by SIGINT before the work was done."
	case Quit:
		return "Stopped by SIGQUIT before the work was done."
	case Terminated:
		return "Stopped by SIGTERM before the work was done."
	default:
		return "The work failed."
	}
}
