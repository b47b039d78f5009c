package lanchat

import "golang.org/x/sys/unix"

// endFollows holds the last bytes back until the end of the stream is sent with them.
const endFollows = unix.MSG_MORE
