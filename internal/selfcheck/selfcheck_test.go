package selfcheck

import (
	"strings"
	"testing"
)

func TestAll(t *testing.T) {
	names := map[string]bool{}
	for _, c := range All() {
		if names[c.Name] {
			t.Errorf("%s is there twice", c.Name)
		}
		names[c.Name] = true
		if err := c.Run(); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
}

func TestDiffers(t *testing.T) {
	if err := differs("question", "a", "b"); err == nil || !strings.Contains(err.Error(), `question: got "a", want "b"`) {
		t.Errorf("got %v", err)
	}
	if err := differs("question", "a", "a"); err != nil {
		t.Error(err)
	}
}
