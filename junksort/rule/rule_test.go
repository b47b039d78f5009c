package rule_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/rule"
)

func Example() {
	rules, err := rule.New([]rule.Rule{
		{Glob: []string{"invoice*"}, Folder: "bills/{extension}"},
		{Extension: []string{"tmp"}, Trash: true},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	outcome, ok, _ := rules.Match(&rule.File{Name: "Invoice 7.pdf", Extension: "pdf"})
	fmt.Println(outcome.Number, outcome.Folder, outcome.Why, ok)
	// Output: 1 bills/pdf [name like invoice*] true
}

// picture is a JPEG of nothing but the time at which it was taken.
func picture(at string) []byte {
	le := binary.LittleEndian
	tiff := []byte("II*\x00\x08\x00\x00\x00")
	tiff = le.AppendUint16(tiff, 1)
	tiff = append(le.AppendUint16(tiff, 0x8769), 4, 0, 1, 0, 0, 0)
	tiff = le.AppendUint32(tiff, 26)
	tiff = le.AppendUint32(tiff, 0)
	tiff = le.AppendUint16(tiff, 1)
	tiff = append(le.AppendUint16(tiff, 0x9003), 2, 0, 20, 0, 0, 0)
	tiff = le.AppendUint32(tiff, 44)
	tiff = le.AppendUint32(tiff, 0)
	tiff = append(tiff, at+"\x00"...)
	return append([]byte("\xff\xd8\xff\xe1\x00\x60Exif\x00\x00"), tiff...)
}

// song is an MP3 of nothing but its tags.
func song(version byte, frames ...string) []byte {
	var body []byte
	for i := 0; i < len(frames); i += 2 {
		text := "\x03" + frames[i+1]
		body = append(body, frames[i]...)
		body = append(body, 0, 0, 0, byte(len(text)), 0, 0)
		body = append(body, text...)
	}
	return append([]byte{'I', 'D', '3', version, 0, 0, 0, 0, byte(len(body) >> 7), byte(len(body) & 0x7f)}, body...)
}

// file makes a file in a folder of the test, and what rules see of it.
func file(t *testing.T, name string, content []byte) *rule.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return &rule.File{
		Name: name, Path: "sub/" + name, Extension: strings.TrimPrefix(strings.ToLower(filepath.Ext(name)), "."),
		Stat: func() (dirfd.Stat, error) {
			d, err := dirfd.Open(filepath.Dir(path))
			if err != nil {
				return dirfd.Stat{}, err
			}
			defer d.Close()
			return d.Look(name)
		},
		Open: func() (*os.File, error) { return os.Open(path) },
	}
}

func TestMatch(t *testing.T) {
	photo, music := picture("2019:05:04 10:20:30"), song(4, "TPE1", "ДахаБраха", "TALB", "Шлях", "TDRC", "2016-01-01")
	for _, c := range []struct {
		name    string
		content []byte
		rules   string
		want    string // action and folder; empty for no rule
	}{
		{"a.jpg", photo, `type=["image/*"]` + "\n" + `folder="p/{taken:2006}/{taken:01}"`, "folder p/2019/05"},
		{"a.jpg", photo, "taken='2019'\nstay=true", "stay "},
		{"a.jpg", photo, "taken='2018..2019-05'\nstay=true", "stay "},
		{"a.jpg", photo, "taken='2019-05-04'\nstay=true", "stay "},
		{"a.jpg", photo, "taken='2019-06'\nstay=true", ""},
		{"a.jpg", photo, "taken='*'\nstay=true", "stay "},
		{"b.jpg", []byte("\xff\xd8\xff\xe0no time"), "taken='*'\nstay=true", ""},
		{"b.jpg", []byte("\xff\xd8\xff\xe0no time"), "type=['image/jpeg']\nfolder='{taken}'", ""},
		{"a.mp3", music, "artist=['даха*']\nfolder='music/{artist}/{album} ({year})'", "folder music/ДахаБраха/Шлях (2016)"},
		{"a.mp3", music, "genre=['*']\nstay=true", ""},
		{"x.log", nil, "extension=['LOG','.txt']\ntrash=true", "trash "},
		{"x.log", nil, "glob=['X.*']\ncategory='logs'", "folder logs"},
		{"x.log", nil, "glob=['sub/*']\ncategory='logs'", "folder logs"},
		{"x.log", nil, "glob=['other/*']\ncategory='logs'", ""},
		{"x.log", make([]byte, 2000), "larger='1K'\nsmaller='3K'\nstay=true", "stay "},
		{"x.log", make([]byte, 1024), "larger='1K'\nstay=true", ""},
		{"x.log", nil, "younger='1h'\nstay=true", "stay "},
		{"x.log", nil, "older='1h'\nstay=true", ""},
		{"x.log", nil, "duplicate=true\ntrash=true", ""},
		{"x.log", nil, "glob=['*']\nfolder='{modified:2006}'", "folder " + time.Now().Format("2006")},
	} {
		var text struct{ Rule []rule.Rule }
		if _, err := toml.Decode("[[rule]]\n"+c.rules, &text); err != nil {
			t.Fatal(err)
		}
		set, err := rule.New(text.Rule)
		if err != nil {
			t.Errorf("%q: %v", c.rules, err)
			continue
		}
		outcome, ok, err := set.Match(file(t, c.name, c.content))
		got := ""
		if ok {
			got = string(outcome.Action) + " " + outcome.Folder
		}
		if err != nil || got != c.want {
			t.Errorf("%q and %s: %q, %v, want %q", c.rules, c.name, got, err, c.want)
		}
	}
}

func TestWrongRules(t *testing.T) {
	for _, c := range []struct {
		rule rule.Rule
		want string
	}{
		{rule.Rule{Glob: []string{"*"}}, "exactly one of"},
		{rule.Rule{Glob: []string{"*"}, Stay: true, Trash: true}, "exactly one of"},
		{rule.Rule{Stay: true}, "no condition"},
		{rule.Rule{Glob: []string{"["}, Stay: true}, "pattern"},
		{rule.Rule{Larger: "big", Stay: true}, "not a number of bytes"},
		{rule.Rule{Older: "long", Stay: true}, "not a time"},
		{rule.Rule{Taken: "now", Stay: true}, "neither a year"},
		{rule.Rule{Taken: "2020..2019", Stay: true}, "ends before"},
		{rule.Rule{Glob: []string{"*"}, Folder: "../up"}, "cannot be a folder"},
		{rule.Rule{Glob: []string{"*"}, Folder: "/abs"}, "cannot be a folder"},
		{rule.Rule{Glob: []string{"*"}, Folder: "a/.junksort"}, "cannot be a folder"},
		{rule.Rule{Glob: []string{"*"}, Folder: "{what}"}, "no field is called"},
		{rule.Rule{Glob: []string{"*"}, Folder: "{taken"}, "without its }"},
		{rule.Rule{Glob: []string{"*"}, Folder: "{type:x}"}, "takes no such layout"},
		{rule.Rule{Extension: []string{"."}, Stay: true}, "not an extension"},
	} {
		if _, err := rule.New([]rule.Rule{c.rule}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.rule, err, c.want)
		}
	}
}

// What a file says of itself never leads out of the destination.
func TestFieldsStayInside(t *testing.T) {
	set, err := rule.New([]rule.Rule{{Artist: []string{"*"}, Folder: "m/{artist}"}})
	if err != nil {
		t.Fatal(err)
	}
	for artist, want := range map[string]string{
		"../../etc": "m/_.._etc", "a/b": "m/a_b", "..": "", "a\x1b[2Jb": "m/a[2Jb", strings.Repeat("ї",
			60): "m/" + strings.Repeat("ї", 50),
	} {
		outcome, ok, err := set.Match(file(t, "a.mp3", song(4, "TPE1", artist)))
		if err != nil || ok != (want != "") || outcome.Folder != want {
			t.Errorf("artist %q: %q, %v, want %q", artist, outcome.Folder, err, want)
		}
	}
}

// A folder made of fields is refused where it cannot be one, and the file goes on to the next rule.
func TestFoldersThatCannotBe(t *testing.T) {
	set, err := rule.New([]rule.Rule{{Artist: []string{"*"}, Folder: ".{artist}"}})
	if err != nil {
		t.Fatal(err)
	}
	if outcome, ok, err := set.Match(file(t, "a.mp3", song(4, "TPE1", "junksort-x"))); ok || err != nil {
		t.Errorf("it goes to %q, %v", outcome.Folder, err)
	}
}

// A picture whose tags lead out of it says nothing.
func TestHostilePicture(t *testing.T) {
	whole := picture("2019:05:04 10:20:30")
	if rule.Taken(bytes.NewReader(whole)).IsZero() {
		t.Fatal("the picture has no time")
	}
	for _, at := range []uint32{uint32(len(whole)), 1 << 30, 1<<32 - 1} {
		hostile := bytes.Clone(whole)
		place := bytes.Index(hostile, []byte{0x03, 0x90, 2, 0, 20, 0, 0, 0}) + 8
		binary.LittleEndian.PutUint32(hostile[place:], at)
		if taken := rule.Taken(bytes.NewReader(hostile)); !taken.IsZero() {
			t.Errorf("offset %d: taken %v", at, taken)
		}
	}
}

func TestMusic(t *testing.T) {
	vorbis := func(comments ...string) []byte {
		b := binary.LittleEndian.AppendUint32(nil, 1)
		b = append(b, 'v')
		b = binary.LittleEndian.AppendUint32(b, uint32(len(comments)))
		for _, c := range comments {
			b = append(binary.LittleEndian.AppendUint32(b, uint32(len(c))), c...)
		}
		return b
	}
	comments := vorbis("artist=A", "ALBUM=B", "title=T", "GENRE=G", "DATE=1999-02")
	flac := append([]byte("fLaC\x00\x00\x00\x01x\x84\x00\x00"), byte(len(comments)))
	old := append(make([]byte, 200), "TAGTitle\x00\x00"...)
	old = append(old, make([]byte, 128-10)...)
	for name, c := range map[string]struct {
		data []byte
		want rule.Music
	}{
		"id3v2.3": {song(3, "TPE1", "A", "TCON", "G"), rule.Music{Artist: "A", Genre: "G"}},
		"flac":    {append(flac, comments...), rule.Music{"A", "B", "T", "G", "1999"}},
		"ogg":     {append([]byte("OggS head \x03vorbis"), comments...), rule.Music{"A", "B", "T", "G", "1999"}},
		"opus":    {append([]byte("OggS head OpusTags"), comments...), rule.Music{"A", "B", "T", "G", "1999"}},
		"id3v1":   {old, rule.Music{Title: "Title"}},
		"utf-16": {
			append([]byte("ID3\x04\x00\x00\x00\x00\x00\x0fTPE1\x00\x00\x00\x05\x00\x00\x01\xff\xfe"), 0x57, 0x04),
			rule.Music{Artist: "ї"},
		},
		"nothing": {[]byte("ID3"), rule.Music{}},
	} {
		if got := rule.ReadMusic(bytes.NewReader(c.data), int64(len(c.data))); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func FuzzContent(f *testing.F) {
	f.Add(picture("2019:05:04 10:20:30"))
	f.Add(song(3, "TPE1", "A"))
	f.Add([]byte("fLaC\x84\x00\x00\x10"))
	f.Add([]byte("OggSOpusTags\xff\xff\xff\xff"))
	f.Add([]byte("MM\x00*\x00\x00\x00\x08\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rule.Taken(bytes.NewReader(data))
		rule.ReadMusic(bytes.NewReader(data), int64(len(data)))
	})
}
