// Package pyname knows the names of Python's modules, and what Python 3 calls those of Python 2.
package pyname

import "strings"

// Standard reports whether a module belongs to Python: it is one of sys.stdlib_module_names of Python 3.11, or
// one of Python 2 (facts of https://docs.python.org/3/library/sys.html and Lib/_compat_pickle.py).
func Standard(module string) bool {
	top, _, _ := strings.Cut(module, ".")
	if _, old := modules[top]; old {
		return true
	}
	return strings.Contains(standardModules, " "+top+" ")
}

const standardModules = ` __builtin__ builtins
 __future__ _abc _aix_support _ast _asyncio _bisect _blake2 _bootsubprocess _bz2 _codecs _codecs_cn _codecs_hk
 _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw _collections _collections_abc _compat_pickle _compression
 _contextvars _crypt _csv _ctypes _curses _curses_panel _datetime _dbm _decimal _elementtree _frozen_importlib
 _frozen_importlib_external _functools _gdbm _hashlib _heapq _imp _io _json _locale _lsprof _lzma _markupbase
 _md5 _msi _multibytecodec _multiprocessing _opcode _operator _osx_support _overlapped _pickle _posixshmem
 _posixsubprocess _py_abc _pydecimal _pyio _queue _random _scproxy _sha1 _sha256 _sha3 _sha512 _signal
 _sitebuiltins _socket _sqlite3 _sre _ssl _stat _statistics _string _strptime _struct _symtable _thread
 _threading_local _tkinter _tokenize _tracemalloc _typing _uuid _warnings _weakref _weakrefset _winapi
 _zoneinfo abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb
 binascii bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections
 colorsys compileall concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses
 dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno
 faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext
 glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress
 itertools json keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap
 modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator
 optparse os ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath
 pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline
 reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtpd
 smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics
 string stringprep struct subprocess sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile
 termios textwrap this threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty
 turtle turtledemo types typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser
 winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo
 `

// Modern translates the module and name of a class of Python 2, as Python 3 does for protocols below 3.
func Modern(module, name string) (string, string) {
	if renamed, ok := classNames[module+" "+name]; ok {
		module, name, _ = strings.Cut(renamed, " ")
		return module, name
	}
	if renamed, ok := modules[module]; ok {
		return renamed, name
	}
	return module, name
}

// modules holds IMPORT_MAPPING in Python's Lib/_compat_pickle.py.
var modules = map[string]string{
	"BaseHTTPServer":     "http.server",
	"CGIHTTPServer":      "http.server",
	"ConfigParser":       "configparser",
	"Cookie":             "http.cookies",
	"Dialog":             "tkinter.dialog",
	"DocXMLRPCServer":    "xmlrpc.server",
	"FileDialog":         "tkinter.filedialog",
	"HTMLParser":         "html.parser",
	"Queue":              "queue",
	"ScrolledText":       "tkinter.scrolledtext",
	"SimpleDialog":       "tkinter.simpledialog",
	"SimpleHTTPServer":   "http.server",
	"SimpleXMLRPCServer": "xmlrpc.server",
	"SocketServer":       "socketserver",
	"StringIO":           "io",
	"Tix":                "tkinter.tix",
	"Tkconstants":        "tkinter.constants",
	"Tkdnd":              "tkinter.dnd",
	"Tkinter":            "tkinter",
	"UserDict":           "collections",
	"UserList":           "collections",
	"UserString":         "collections",
	"__builtin__":        "builtins",
	"_abcoll":            "collections.abc",
	"_elementtree":       "xml.etree.ElementTree",
	"_winreg":            "winreg",
	"anydbm":             "dbm",
	"cPickle":            "pickle",
	"cStringIO":          "io",
	"commands":           "subprocess",
	"cookielib":          "http.cookiejar",
	"copy_reg":           "copyreg",
	"dbhash":             "dbm.bsd",
	"dbm":                "dbm.ndbm",
	"dumbdbm":            "dbm.dumb",
	"dummy_thread":       "_dummy_thread",
	"gdbm":               "dbm.gnu",
	"htmlentitydefs":     "html.entities",
	"httplib":            "http.client",
	"markupbase":         "_markupbase",
	"repr":               "reprlib",
	"robotparser":        "urllib.robotparser",
	"test.test_support":  "test.support",
	"thread":             "_thread",
	"tkColorChooser":     "tkinter.colorchooser",
	"tkCommonDialog":     "tkinter.commondialog",
	"tkFileDialog":       "tkinter.filedialog",
	"tkFont":             "tkinter.font",
	"tkMessageBox":       "tkinter.messagebox",
	"tkSimpleDialog":     "tkinter.simpledialog",
	"ttk":                "tkinter.ttk",
	"urllib2":            "urllib.request",
	"urlparse":           "urllib.parse",
	"whichdb":            "dbm",
	"xmlrpclib":          "xmlrpc.client",
}

// classNames holds NAME_MAPPING of Python's Lib/_compat_pickle.py, module and name separated by a space.
var classNames = map[string]string{
	"UserDict IterableUserDict":            "collections UserDict",
	"UserDict UserDict":                    "collections UserDict",
	"UserList UserList":                    "collections UserList",
	"UserString UserString":                "collections UserString",
	"__builtin__ basestring":               "builtins str",
	"__builtin__ intern":                   "sys intern",
	"__builtin__ long":                     "builtins int",
	"__builtin__ reduce":                   "functools reduce",
	"__builtin__ unichr":                   "builtins chr",
	"__builtin__ unicode":                  "builtins str",
	"__builtin__ xrange":                   "builtins range",
	"_multiprocessing Connection":          "multiprocessing.connection Connection",
	"_socket fromfd":                       "socket fromfd",
	"exceptions ArithmeticError":           "builtins ArithmeticError",
	"exceptions AssertionError":            "builtins AssertionError",
	"exceptions AttributeError":            "builtins AttributeError",
	"exceptions BaseException":             "builtins BaseException",
	"exceptions BufferError":               "builtins BufferError",
	"exceptions BytesWarning":              "builtins BytesWarning",
	"exceptions DeprecationWarning":        "builtins DeprecationWarning",
	"exceptions EOFError":                  "builtins EOFError",
	"exceptions EnvironmentError":          "builtins EnvironmentError",
	"exceptions Exception":                 "builtins Exception",
	"exceptions FloatingPointError":        "builtins FloatingPointError",
	"exceptions FutureWarning":             "builtins FutureWarning",
	"exceptions GeneratorExit":             "builtins GeneratorExit",
	"exceptions IOError":                   "builtins IOError",
	"exceptions ImportError":               "builtins ImportError",
	"exceptions ImportWarning":             "builtins ImportWarning",
	"exceptions IndentationError":          "builtins IndentationError",
	"exceptions IndexError":                "builtins IndexError",
	"exceptions KeyError":                  "builtins KeyError",
	"exceptions KeyboardInterrupt":         "builtins KeyboardInterrupt",
	"exceptions LookupError":               "builtins LookupError",
	"exceptions MemoryError":               "builtins MemoryError",
	"exceptions NameError":                 "builtins NameError",
	"exceptions NotImplementedError":       "builtins NotImplementedError",
	"exceptions OSError":                   "builtins OSError",
	"exceptions OverflowError":             "builtins OverflowError",
	"exceptions PendingDeprecationWarning": "builtins PendingDeprecationWarning",
	"exceptions ReferenceError":            "builtins ReferenceError",
	"exceptions RuntimeError":              "builtins RuntimeError",
	"exceptions RuntimeWarning":            "builtins RuntimeWarning",
	"exceptions StandardError":             "builtins Exception",
	"exceptions StopIteration":             "builtins StopIteration",
	"exceptions SyntaxError":               "builtins SyntaxError",
	"exceptions SyntaxWarning":             "builtins SyntaxWarning",
	"exceptions SystemError":               "builtins SystemError",
	"exceptions SystemExit":                "builtins SystemExit",
	"exceptions TabError":                  "builtins TabError",
	"exceptions TypeError":                 "builtins TypeError",
	"exceptions UnboundLocalError":         "builtins UnboundLocalError",
	"exceptions UnicodeDecodeError":        "builtins UnicodeDecodeError",
	"exceptions UnicodeEncodeError":        "builtins UnicodeEncodeError",
	"exceptions UnicodeError":              "builtins UnicodeError",
	"exceptions UnicodeTranslateError":     "builtins UnicodeTranslateError",
	"exceptions UnicodeWarning":            "builtins UnicodeWarning",
	"exceptions UserWarning":               "builtins UserWarning",
	"exceptions ValueError":                "builtins ValueError",
	"exceptions Warning":                   "builtins Warning",
	"exceptions ZeroDivisionError":         "builtins ZeroDivisionError",
	"itertools ifilter":                    "builtins filter",
	"itertools ifilterfalse":               "itertools filterfalse",
	"itertools imap":                       "builtins map",
	"itertools izip":                       "builtins zip",
	"itertools izip_longest":               "itertools zip_longest",
	"multiprocessing AuthenticationError":  "multiprocessing.context AuthenticationError",
	"multiprocessing BufferTooShort":       "multiprocessing.context BufferTooShort",
	"multiprocessing ProcessError":         "multiprocessing.context ProcessError",
	"multiprocessing TimeoutError":         "multiprocessing.context TimeoutError",
	"multiprocessing.forking Popen":        "multiprocessing.popen_fork Popen",
	"multiprocessing.process Process":      "multiprocessing.context Process",
	"socket _socketobject":                 "socket SocketType",
	"urllib ContentTooShortError":          "urllib.error ContentTooShortError",
	"urllib getproxies":                    "urllib.request getproxies",
	"urllib pathname2url":                  "urllib.request pathname2url",
	"urllib quote":                         "urllib.parse quote",
	"urllib quote_plus":                    "urllib.parse quote_plus",
	"urllib unquote":                       "urllib.parse unquote",
	"urllib unquote_plus":                  "urllib.parse unquote_plus",
	"urllib url2pathname":                  "urllib.request url2pathname",
	"urllib urlcleanup":                    "urllib.request urlcleanup",
	"urllib urlencode":                     "urllib.parse urlencode",
	"urllib urlopen":                       "urllib.request urlopen",
	"urllib urlretrieve":                   "urllib.request urlretrieve",
	"urllib2 HTTPError":                    "urllib.error HTTPError",
	"urllib2 URLError":                     "urllib.error URLError",
	"whichdb whichdb":                      "dbm whichdb",
}
