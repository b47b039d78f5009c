package pickle

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pierrec/lz4/v4"
	"github.com/ulikunitz/xz"
	"github.com/ulikunitz/xz/lzma"

	"github.com/pythonweb/goweb/serializer/pickle/internal/pyname"
)

// evilCalls are functions that hostile pickles have been found to call, most of them from reports to scanners that let
// them pass: names are facts, the pickles around them are made here.
const evilCalls = `builtins.eval builtins.exec builtins.compile builtins.getattr builtins.open builtins.breakpoint
builtins.globals builtins.__import__ os.system posix.system nt.system subprocess.run subprocess.Popen sys.exit
http.client.HTTPSConnection requests.api.get aiohttp.client.ClientSession socket.create_connection pickle.loads
_pickle.loads runpy._run_code bdb.Bdb.run pip.main torch._inductor.codecache.compile_file pydoc.pipepager pydoc.locate
functools.partial torch.load torch.serialization.load venv.create timeit.timeit
numpy.testing._private.utils.runstring torch.utils.bottleneck.__main__.run_cprofile
torch._dynamo.guards.GuardBuilder.get torch.fx.experimental.symbolic_shapes.ShapeEnv.evaluate_guards_expression
torch.utils.collect_env.run torch.utils.collect_env.run_and_read_all
torch.utils.data.datapipes.utils.decoder.basichandlers torch.jit.unsupported_tensor_ops.execWrapper
torch.utils._config_module.ConfigModule.load_config trace.Trace.run trace.Trace.runctx profile.Profile.run
lib2to3.pgen2.grammar.Grammar.loads idlelib.debugobj.ObjectTreeItem.SetText
idlelib.autocomplete.AutoComplete.get_entity code.InteractiveInterpreter.runcode idlelib.calltip.Calltip.fetch_tip
ensurepip._run_pip lib2to3.pgen2.pgen.ParserGenerator.make_label idlelib.run.Executive.runcode
idlelib.pyshell.ModifiedInterpreter.runcommand doctest.debug_script cProfile.runctx cProfile.run
asyncio.unix_events._UnixSubprocessTransport._start distutils.file_util.write_file ctypes.CDLL operator.methodcaller
operator.attrgetter pty.spawn numpy.f2py.crackfortran.getlincoef io.FileIO urllib.request.urlopen
ssl.get_server_certificate shutil.rmtree webbrowser.open linecache.getline numpy.load joblib.load
idlelib.autocomplete.AutoComplete.fetch_completions idlelib.calltip.get_entity
idlelib.pyshell.ModifiedInterpreter.runcode torch.utils.bottleneck.__main__.run_autograd_prof
_aix_support._read_cmd_output _osx_support._read_output imaplib.IMAP4_stream _pyrepl.pager.pipe_pager
test.support.script_helper.spawn_python uuid._get_command_stdout importlib.import_module importlib.util.find_spec
marshal.loads types.CodeType types.FunctionType logging.FileHandler cloudpickle.cloudpickle._make_function
cloudpickle.cloudpickle._builtin_type builtins.apply commands.getoutput httplib.HTTPSConnection
asyncio.create_subprocess_shell operator.itemgetter pdb.run sys.modules shutil.copy numpy.f2py.compile`

// calling is a pickle that calls a function, in three ways of naming it.
func calling(module, name string, way int) string {
	switch way {
	case 0:
		return fmt.Sprintf("c%s\n%s\n(S'x'\ntR.", module, name)
	case 1:
		return fmt.Sprintf("(S'x'\ni%s\n%s\n.", module, name)
	}
	return fmt.Sprintf("\x80\x04\x8c%c%s\x94\x8c%c%s\x94\x93\x94\x8c\x01x\x85\x94R\x94.", len(module), module,
		len(name), name)
}

func called(found []Finding, name string) bool {
	return slices.ContainsFunc(found, func(f Finding) bool { return f.Called && f.Name == name })
}

// TestScanFindsCalls: every function that a scanner is known to have missed is named, however it is written.
func TestScanFindsCalls(t *testing.T) {
	for _, name := range strings.Fields(evilCalls) {
		module, last, _ := cutLast(name)
		for way := range 3 {
			found, err := Scan([]byte(calling(module, last, way)))
			want, _ := pyname.Modern(module, last)
			if way == 2 {
				want = module
			}
			if err != nil || !called(found, want+"."+last) && !called(found, name) {
				t.Errorf("%s, way %d: found %v, %v", name, way, found, err)
			}
		}
	}
}

// TestScanIsNotFooled are the forms in which calls were hidden from other scanners: what was found stands before the
// place where a pickle becomes invalid, behind other pickles, in archives that are damaged or misnamed.
func TestScanIsNotFooled(t *testing.T) {
	const evil = "cos\nsystem\n(S'id'\ntR"
	for what, data := range map[string]string{
		"a key that the memo lacks":         "\x80\x04" + evil + "0\x8c\x02os\x94h\x03h\x00\x93KB.",
		"a number for a name":               "\x80\x04" + evil + "0J\x2a\x00\x00\x00\x94\x8c\x02os\x94h\x00h\x01\x93KB.",
		"cut off":                           evil + "X.",
		"names through the memo":            "Vos\np2\n0Vsystem\np3\n0Vtorch\np0\n0VLongStorage\np1\n0g2\ng3\n\x93(Vid\ntR.",
		"white space behind":                evil + ".\n\n\t\t",
		"bytes behind":                      evil + ".\xff\xff",
		"behind another pickle":             "\x80\x04]." + evil + ".",
		"strings of Python 2":               "S'os'\nS'system'\n\x93S'ls'\n\x85R.",
		"in a zip of another name":          zipped(t, "data.txt", evil+"."),
		"in a zip in a zip":                 zipped(t, "a.bin", zipped(t, "x.pkl", evil+".")),
		"with a wrong checksum":             strings.Replace(zipped(t, "data.pkl", evil+"."), "S'id'", "S'ls'", 1),
		"under another name in the zip":     strings.Replace(zipped(t, "data.pkl", evil+"."), "data.pkl", "datap.kl", 1),
		"in a zip that says it is ciphered": ciphered(zipped(t, "data.pkl", evil+".")),
		"in a zip with another flag":        flagged(zipped(t, "data.pkl", evil+"."), 0x20),
		"in a zip with a third flag":        flagged(zipped(t, "data.pkl", evil+"."), 0x40),
		"in an archive of arrays":           zipped(t, "a.npy", arrayOf("|O", evil+".")),
		"called by what a call returned": "coperator\nattrgetter\n(S'system'\ntR(c__builtin__\n__import__\n(S'os'\n" +
			"tRtR(S'id'\ntR.",
		"through the memo of results": "c__builtin__\nglobals\n(tRp100\n0c__builtin__\ngetattr\n(c__builtin__\ndict\n" +
			"S'get'\ntRp103\n0g103\n(g100\nS'x'\ntR0" + evil + ".",
		"a pickle of its own in a call": "\x80\x04\x8c\x07_pickle\x8c\x05loads\x93C\x02N.\x85R" + evil + ".",
		"PyTorch's number in front": "\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19." + strings.Repeat("N.", 4) + evil +
			".",
		"another number in front":        "\x80\x02\x8a\x0am\xfc\x9cF\xf9 j\xa8P\x19." + evil + ".",
		"in a tar":                       tarred(t, evil+"."),
		"in a tar behind what is broken": tarred(t, "\x80\x04\xff", evil+"."),
		"in a 7z":                        archived(t, "lzma2"),
		"in a 7z in a zip":               zipped(t, "a.bin", archived(t, "apart")),
		"in a zip by bzip2":              unhex(t, bzip2Zip),
		"in a zip by LZMA":               unhex(t, lzmaZip),
		"in an xz":                       packed(t, evil+".", asXZ),
		"in an old LZMA":                 packed(t, evil+".", asLZMA),
		"in an lz4":                      packed(t, evil+".", asLZ4),
		"in an array of objects":         arrayOf("|O", evil+"."),
	} {
		found, err := Scan([]byte(data))
		if !called(found, "os.system") && !called(found, UnknownName) {
			t.Errorf("%s: found %v, %v", what, found, err)
		}
	}
}

// TestScanHarmless are files of people that do nothing.
func TestScanHarmless(t *testing.T) {
	const magic = "\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19." // that PyTorch before 1.6 begins its files with
	for what, data := range map[string]string{
		"an array of numbers":   arrayOf("<f8", "cos\nsystem\n(S'id'\ntR."),
		"a text in a zip":       zipped(t, "readme.txt", "called\nby name\nonly"),
		"PyTorch, first format": magic + "\x80\x02M\xe9\x03.\x80\x02}.\x80\x02}.\x80\x02].\x01\x02\x03\x04",
		"a tensor": "ctorch._utils\n_rebuild_tensor_v2\n((S'storage'\nctorch\nFloatStorage\nS'0'\nS'cpu'\nI1\ntQI0\n" +
			"(I1\nt(I1\ntI00\nccollections\nOrderedDict\n(tRtR.",
		"names of constants": "(cbuiltins\nEllipsis\ncbuiltins\nNotImplemented\nccollections\nChainMap\n(}tRl.",
	} {
		if found, err := Scan([]byte(data)); err != nil || len(found) > 0 {
			t.Errorf("%s: found %v, %v", what, found, err)
		}
	}
	if _, err := Scan([]byte(ciphered(zipped(t, "data.pkl", "\x8e no pickle")))); err == nil {
		t.Error("a zip that cannot be read is called harmless")
	}
	if found, err := Scan([]byte("N.hello, world")); err == nil || len(found) > 0 {
		t.Errorf("text behind a pickle: found %v, %v", found, err)
	}
	if found, err := Scan([]byte("cmod\n\xf8\n")); err == nil && len(found) == 0 {
		t.Error("a name that is no text is called harmless")
	}
	for _, magic := range []string{
		"7z\xbc\xaf\x27\x1c", "\xfd7zXZ\x00", "\x89PNG\r\n\x1a\n", "]\x00", "\x04\x22\x4d\x18",
		"\x28\xb5\x2f\xfd", "Rar!\x1a\x07\x00",
	} {
		if _, err := Scan([]byte(magic)); err == nil {
			t.Errorf("%q is called harmless", magic)
		}
	}
	for _, name := range []string{"password", "hidden", "ppmd", "bcj2"} {
		if _, err := Scan([]byte(archived(t, name))); err == nil || !strings.Contains(err.Error(), "unpack it first") {
			t.Errorf("%s.7z: %v", name, err)
		}
	}
}

// TestJoblib: the elements of an array stand between the opcodes, and what follows them is looked at.
func TestJoblib(t *testing.T) {
	const array = "\x80\x04\x8c\x12joblib.numpy_pickle\x8c\x11NumpyArrayWrapper\x93)\x81}(" +
		"\x8c\x05shapeK\x02\x85\x8c\x05dtype\x8c\x05numpy\x8c\x05dtype\x93\x8c\x02f8\x89\x88\x87R" +
		"(K\x03\x8c\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb" +
		"\x8c\x1bnumpy_array_alignment_bytesK\x10ub"
	joblib := strings.Replace(array, "\x8c\x12", "\x8c\x13", 1) + "\x01\xff" + strings.Repeat("\xff", 16)
	if found, err := Scan([]byte(joblib + ".")); err != nil && len(found) > 0 || called(found, "os.system") {
		t.Errorf("an array: found %v, %v", found, err)
	}
	if found, _ := Scan([]byte(joblib + "0cos\nsystem\n(S'id'\ntR.")); !called(found, "os.system") {
		t.Errorf("behind an array: found %v", found)
	}
}

func zipped(t *testing.T, name, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// ciphered sets the flag in both headers without which Python reads the file all the same.
func ciphered(archive string) string { return flagged(archive, 1) }

func flagged(archive string, flag byte) string {
	b := []byte(archive)
	b[6] |= flag
	b[bytes.Index(b, []byte("PK\x01\x02"))+8] |= flag
	return string(b)
}

func tarred(t *testing.T, contents ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, content := range contents {
		if err := w.WriteHeader(&tar.Header{Name: "pickle.pkl", Mode: 0o600, Size: int64(len(content))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// archived is an archive of 7-Zip with a pickle that calls os.system.
func archived(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile("internal/sevenzip/testdata/" + name + ".7z")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func asXZ(w io.Writer) (io.WriteCloser, error) { return xz.NewWriter(w) }

func asLZMA(w io.Writer) (io.WriteCloser, error) { return lzma.NewWriter(w) }

func asLZ4(w io.Writer) (io.WriteCloser, error) { return lz4.NewWriter(w), nil }

func packed(t *testing.T, content string, with func(io.Writer) (io.WriteCloser, error)) string {
	t.Helper()
	var b bytes.Buffer
	w, err := with(&b)
	if err == nil {
		_, err = io.WriteString(w, content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func unhex(t *testing.T, text string) string {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Zip archives of a pickle that calls os.system, as Python's zipfile packs them.
const (
	bzip2Zip = "504b03042e0000000c0000002100be45b8273d0000001500000005000000782e706b6c425a68393141592653591f2f22a500" +
		"0004d380001000c118000e228c2020002221a1b44f298a600028bc8e0424b8257e99358bb9229c28480f97915280504b0102" +
		"2e032e0000000c0000002100be45b8273d00000015000000050000000000000000000000800100000000782e706b6c504b05" +
		"06000000000100010033000000600000000000"
	lzmaZip = "504b03043f0002000e0000002100be45b8272a0000001500000005000000782e706b6c090405005d0000800000319bcac6b2" +
		"7c65dfdf91599fb1d67e2d716a0571564cf2f32897ffff98ce0000504b01023f033f0002000e0000002100be45b8272a0000" +
		"0015000000050000000000000000000000800100000000782e706b6c504b05060000000001000100330000004d0000000000"
)

// arrayOf is a file of numpy's own format.
func arrayOf(descr, content string) string {
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (2,), }\n", descr)
	return fmt.Sprintf("%s\x01\x00%c\x00%s%s", numpyMagic, len(header), header, content)
}
