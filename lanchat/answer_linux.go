package lanchat

import "golang.org/x/sys/unix"

// endFollows makes the kernel hold back the last bytes until they are sent with the end of the stream.
const endFollows = unix.MSG_MORE
