package guard

import (
	"fmt"
	"testing"
)

func Example() {
	fmt.Println(Check("/"))
	// Output: it is the root of the file system
}

func TestCheck(t *testing.T) {
	const passwd = "root:x:0:0:root:/root:/bin/sh\n" +
		"olena:x:1000:1000::/data/people/olena:/bin/sh\n_apt:x:42:65534::/nonexistent:/bin/false\n"
	const mounts = "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n23 22 8:2 / /usr/local rw - ext4 /dev/sda2 rw\n" +
		"24 22 8:3 / /run/media/olena/My\\040Stick rw - vfat /dev/sdb1 rw\n25 22 8:4 / /mnt/disk rw - ext4 /dev/sdc1 rw\n"
	list := places("/elsewhere/me", passwd, mounts)
	for path, refused := range map[string]bool{
		"/": true, "/home": true, "/root": true, "/usr": true, "/usr/local": true, "/data/people/olena": true,
		"/data/people": true, "/data": true, "/elsewhere": true, "/elsewhere/me": true, "/etc": true,
		"/elsewhere/me/Downloads": false, "/mnt/disk": false, "/run/media/olena/My Stick": false,
		"/data/people/olena/x": false,
		"/usr/local/junk":      false, "/home/other/Downloads": false, "/nowhere/junk": false,
	} {
		if err := check(path, list); (err != nil) != refused {
			t.Errorf("%s: %v, refused should be %v", path, err, refused)
		}
	}
}
