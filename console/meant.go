package console

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// synonyms are words that different programs have for the same command.
var synonyms = [][]string{
	{"add", "new", "create", "make", "insert", "put"},
	{"remove", "delete", "del", "rm", "erase", "drop", "forget", "invalidate"},
	{"list", "ls", "all", "show", "index"},
	{"search", "find", "grep", "lookup", "query", "queries", "filter"},
	{"edit", "change", "update", "modify", "set", "rename"},
	{"show", "view", "cat", "get", "print", "display", "info", "inspect"},
	{"verify", "check", "validate", "test", "doctor"},
	{"import", "load", "read"},
	{"export", "save", "dump", "write"},
	{"undo", "revert", "rollback", "back"},
	{"history", "log", "runs"},
	{"send", "write", "say", "tell", "message"},
	{"sort", "organize", "tidy", "clean"},
	{"copy", "cp", "clone"},
	{"tags", "labels"},
	{"birthdays", "birthday", "anniversaries"},
	{"add", "додати", "новий", "нова", "створити"},
	{"rm", "remove", "видалити", "стерти", "прибрати"},
	{"list", "список", "перелік"},
	{"search", "знайти", "найти", "шукати", "пошук"},
	{"edit", "змінити", "редагувати", "виправити"},
	{"show", "показати"},
	{"import", "імпорт", "імпортувати"},
	{"export", "експорт", "експортувати"},
	{"today", "сьогодні"},
}

// IsSynonym reports whether a word is a synonym for some command and not a typing mistake.
func IsSynonym(word string) bool { return len(alike(strings.ToLower(word))) > 1 }

// meant returns the commands that a word in the place of a command may mean, at most three: a verb before its noun (add
// contact), another program's word (delete, ls), a typing mistake. Words are relative to the last command of the path,
// except where the whole command is meant.
func (line *commandLine) meant(word string) []string {
	c := line.last()
	word = strings.ToLower(word)
	if word == "version" && len(line.path) == 1 {
		return []string{"--version"}
	}
	if noun, verb, joined := cutJoined(word); joined { // contact-list
		if noun := visible(c, noun); noun != nil && visible(noun, verb) != nil {
			return []string{noun.Name + " " + visible(noun, verb).Name}
		}
	}
	if len(line.operands) > 1 {
		if noun := visible(c, line.operands[1]); noun != nil {
			for _, verb := range alike(word) {
				if sub := visible(noun, verb); sub != nil {
					return []string{noun.Name + " " + sub.Name}
				}
			}
		}
	}
	for _, verb := range alike(word) {
		var found []string
		if sub := visible(c, verb); sub != nil {
			found = append(found, sub.Name)
		} else {
			for _, noun := range c.Subcommands {
				if sub := visible(noun, verb); sub != nil && !noun.Hidden {
					found = append(found, noun.Name+" "+sub.Name)
				}
			}
		}
		if len(found) > 0 {
			return found[:min(3, len(found))]
		}
	}
	for _, verb := range alike(word) { // contact search
		if sub := visible(line.path[0], verb); sub != nil && len(line.path) > 1 && len(sub.Subcommands) == 0 {
			return []string{line.path[0].Name + " " + sub.Name}
		}
	}
	var names []string
	for _, sub := range c.Subcommands {
		if !sub.Hidden {
			names = append(names, sub.Names()...)
		}
	}
	if near := Suggest(word, names); near != "" {
		return []string{near}
	}
	return nil
}

// cutJoined cuts a command that was written as one word.
func cutJoined(word string) (noun, verb string, joined bool) {
	at := strings.IndexAny(word, "-_:/.")
	if at <= 0 || at == len(word)-1 {
		return "", "", false
	}
	return word[:at], word[at+1:], true
}

// alike returns word and its synonyms, the nearest first.
func alike(word string) []string {
	words := []string{word}
	for _, group := range synonyms {
		if slices.Contains(group, word) {
			words = append(words, group...)
		}
	}
	return words
}

// visible returns the command under c of that name, unless help does not show it.
func visible(c *cli.Command, name string) *cli.Command {
	if sub := c.Command(name); sub != nil && !sub.Hidden {
		return sub
	}
	return nil
}
