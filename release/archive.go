package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// pack writes all that is made of one compiled program: its archive, the list of its modules, and on Linux the package.
func (s *source) pack(dist string, p program, t target, binary string, documents map[string][]byte) error {
	files := maps.Clone(documents)
	var err error
	if files[p.file(t)], err = os.ReadFile(binary); err != nil {
		return err
	}
	if files["LICENSES.txt"], err = licences(binary, s.folder); err != nil {
		return err
	}
	name := fmt.Sprintf("%s_%s_%s", p.name, strings.TrimPrefix(s.version, "v"), t)
	bill, err := billOfMaterials(binary, s.version)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dist, name+".cdx.json"), bill, 0o644); err != nil {
		return err
	}
	ending, write := ".tar.gz", writeTar
	if t.system == "windows" {
		ending, write = ".zip", writeZip
	}
	var packed bytes.Buffer
	if err := write(&packed, name+"/", files, p.file(t), s.time); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dist, name+ending), packed.Bytes(), 0o644); err != nil {
		return err
	}
	if t.system == "linux" {
		return s.debian(dist, p, t, files)
	}
	return nil
}

// mode is how the file is meant to be used.
func mode(name, executable string) int64 {
	if name == executable {
		return 0o755
	}
	return 0o644
}

func writeTar(w io.Writer, folder string, files map[string][]byte, executable string, at time.Time) error {
	compressed, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	archive := tar.NewWriter(compressed)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		header := &tar.Header{
			Name: folder + name, Mode: mode(name, executable), Size: int64(len(files[name])), ModTime: at, Format: tar.FormatPAX,
		}
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		if _, err := archive.Write(files[name]); err != nil {
			return err
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return compressed.Close()
}

func writeZip(w io.Writer, folder string, files map[string][]byte, executable string, at time.Time) error {
	archive := zip.NewWriter(w)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		header := &zip.FileHeader{Name: folder + name, Method: zip.Deflate, Modified: at}
		header.SetMode(os.FileMode(mode(name, executable)))
		f, err := archive.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := f.Write(files[name]); err != nil {
			return err
		}
	}
	return archive.Close()
}

// writeSums writes what `sha256sum --check SHA256SUMS` reads.
func writeSums(dist string) error {
	entries, err := os.ReadDir(dist)
	if err != nil {
		return err
	}
	var sums bytes.Buffer
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dist, e.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(data), e.Name())
	}
	return os.WriteFile(filepath.Join(dist, "SHA256SUMS"), sums.Bytes(), 0o644)
}

// moveFiles puts the files of one folder into another, which may be on another disk; the checksums come last.
func moveFiles(from, to string) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	slices.SortFunc(entries, func(a, b os.DirEntry) int {
		return strings.Compare(last(a.Name()), last(b.Name()))
	})
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(from, e.Name()))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, e.Name()), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// last sorts the checksums behind the files that they are of.
func last(name string) string {
	if name == "SHA256SUMS" {
		return "~"
	}
	return name
}
