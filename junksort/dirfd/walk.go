package dirfd

import "path"

// Walk visits what lies in the directory name of d: that one first, and each directory before what is in it. Paths
// begin with below. If name is not a directory, it alone is visited.
func (d FD) Walk(name, below string, visit func(path string, s Stat) error) error {
	s, err := d.Look(name)
	if err != nil {
		return err
	}
	if err := visit(below, s); err != nil || s.Kind() != Directory {
		return err
	}
	fd, err := d.OpenDir(name)
	if err != nil {
		return err
	}
	defer fd.Close()
	var names []string
	err = fd.Read(make([]byte, 64<<10), func(e Entry) error {
		names = append(names, e.Name.String())
		return nil
	})
	for _, inner := range names {
		if err == nil {
			err = fd.Walk(inner, path.Join(below, inner), visit)
		}
	}
	return err
}
