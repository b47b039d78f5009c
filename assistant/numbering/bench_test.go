package numbering_test

import (
	"testing"

	"github.com/pythonweb/goweb/assistant/numbering"
)

func BenchmarkParse(b *testing.B) {
	for name, parse := range map[string]func(typed, region string) bool{
		"numbering":    func(typed, region string) bool { _, err := numbering.Parse(typed, region); return err == nil },
		"phonenumbers": func(typed, region string) bool { _, ok := theirs(typed, region); return ok },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				for _, typed := range []string{"+380671234567", "067 123-45-67", "0441234567 ext. 5"} {
					if !parse(typed, "UA") {
						b.Fatal(typed)
					}
				}
			}
		})
	}
}
