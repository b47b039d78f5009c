package junksort

// openFile identifies a file by device and inode.
type openFile struct{ dev, ino uint64 }

// openFiles are the files that some process has open for writing, or writes through a mapping.
type openFiles map[openFile]bool

func (o openFiles) has(dev, ino uint64) bool { return len(o) > 0 && o[openFile{dev, ino}] }
