package main

import (
	"slices"
	"strings"
	"testing"
)

func TestChosenTargets(t *testing.T) {
	if all, err := chosenTargets(""); err != nil || !slices.Equal(all, everyTarget()) {
		t.Errorf("an empty list: %v, %v", all, err)
	}
	two, err := chosenTargets("windows_arm64,linux_amd64")
	if want := []target{{"windows", "arm64"}, {"linux", "amd64"}}; err != nil || !slices.Equal(two, want) {
		t.Errorf("%v, %v, want %v", two, err, want)
	}
	for _, list := range []string{"linux", "plan9_amd64", "linux_amd64,linux_amd64", "linux_amd64,", "linux/amd64"} {
		if _, err := chosenTargets(list); err == nil || !strings.Contains(err.Error(), "there are") {
			t.Errorf("%q: %v", list, err)
		}
	}
}
