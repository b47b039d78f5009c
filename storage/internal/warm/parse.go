package warm

import (
	"os"
	"strconv"
	"strings"

	"github.com/pythonweb/goweb/console/duration"
	"github.com/pythonweb/goweb/storage/internal/memo"
)

// call is a simple command line.
type call struct {
	memo.Options
	command []string
	input   bool // standard input does not matter
	scoped  bool // a flag has named the scope
	named   bool // a flag or the environment has named the store
}

// parse parses a simple command line, in which run may be left out before flags; anything else is left to the real
// parser.
func parse(words []string) (c call, ok bool) {
	if len(words) > 0 && words[0] == "run" {
		words = words[1:]
	}
	c.Options = memo.Options{Scope: memo.DefaultScope, Capacity: memo.DefaultCapacity}
	for len(words) > 0 && words[0] != "--" {
		word := words[0]
		words = words[1:]
		switch word {
		case "--cwd":
			c.Cwd = true
			continue
		case "--cache-failures", "--explain":
			continue
		case "--stdin=false":
			c.input = true
			continue
		}
		name, value, given := strings.Cut(word, "=")
		if !given {
			if len(words) == 0 {
				return c, false
			}
			value, words = words[0], words[1:]
		}
		if !c.set(name, value) {
			return c, false
		}
	}
	if len(words) < 2 || c.Capacity == 0 {
		return c, false
	}
	c.command = words[1:]
	c.input = c.input || c.KeySet
	return c, c.environment() && c.settings()
}

// set sets the option that a flag names, and reports whether the flag exists and the value is valid.
func (c *call) set(flag, value string) bool {
	var err error
	switch flag {
	case "--scope":
		c.Scope, c.scoped = value, true
	case "--store", "--redis":
		if c.named && c.Store != value {
			return false
		}
		c.Store, c.named = value, true
	case "--ttl":
		c.TTL, err = duration.Parse(value)
	case "--stale":
		c.Stale, err = duration.Parse(value)
	case "--errors":
		c.Errors, err = duration.Parse(value)
	case "--capacity":
		c.Capacity, err = strconv.Atoi(value)
	case "--key-env", "--env":
		c.Env = append(c.Env, value)
	case "--key-file":
		c.Files = append(c.Files, value)
	case "--key":
		c.Key, c.KeySet = value, true
	default:
		return false
	}
	return err == nil && c.TTL >= 0 && c.Stale >= 0 && c.Errors >= 0 && c.Capacity >= -1
}

// environment takes the store from the environment if no flag has named it, and reports whether nothing else in the
// environment matters. An empty variable means the default.
func (c *call) environment() bool {
	for _, variable := range []string{memo.StoreVariable, memo.RedisVariable} {
		if value, set := os.LookupEnv(variable); set && !c.named {
			c.Store, c.named = value, true
		}
	}
	if !c.named && (os.Getenv(memo.StoreVariable+"_FILE") != "" || os.Getenv(memo.RedisVariable+"_FILE") != "") {
		return false
	}
	return os.Getenv("LRUCACHE_CONFIG") == ""
}

// settings takes what neither flags nor the environment say from the configuration file, and reports whether that was
// understood.
func (c *call) settings() bool {
	folder, err := home("XDG_CONFIG_HOME", ".config")
	if err != nil {
		return false
	}
	text, err := os.ReadFile(folder + "/config")
	if err != nil {
		return os.IsNotExist(err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, value, _ := strings.Cut(line, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		switch {
		case seen[name]:
			return false
		case name == "store" || name == "redis":
			if !c.named {
				c.Store = value
			}
		case name == "scope":
			if !c.scoped {
				c.Scope = value
			}
		default:
			return false
		}
		seen[name] = true
	}
	return !seen["store"] || !seen["redis"]
}
