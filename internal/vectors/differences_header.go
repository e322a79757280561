package vectors

import (
	"regexp"
	"strings"
)

var (
	idWithoutBlank  = regexp.MustCompile(`(?im)^message-id:\S`)
	uselessID       = regexp.MustCompile(`(?i)^\s*(<>|<\d+@imapsync>)?\s*$`)
	uselessIDField  = regexp.MustCompile(`(?im)^message-id:[ \t]*(<>|<\d+@imapsync>)?[ \t]*\r?(\n[^ \t]|\n?\z)`)
	subjectInHeader = regexp.MustCompile(`(?s)^(.*?\n)?Subject:.*?\n\r?\n`)
)

func wholeHeaderWithoutBlank(c Case) bool {
	for _, m := range c.In.Field("messages").List() {
		if idWithoutBlank.MatchString(m.Field("whole_header").Str()) {
			return true
		}
	}
	return false
}

// uselessMessageID finds messages with a Message-Id that the reference takes for an identity.
func uselessMessageID(c Case) bool {
	messages := c.In.Field("messages").List()
	for _, m := range append(messages[:len(messages):len(messages)], c.In) {
		for _, name := range m.Field("headers").Fields() {
			for _, value := range m.Field("headers").Field(name).Strs() {
				if strings.EqualFold(name, "Message-Id") && uselessID.MatchString(value) {
					return true
				}
			}
		}
		if uselessIDField.MatchString(m.Field("raw").Str()) || uselessIDField.MatchString(m.Field("whole_header").Str()) {
			return true
		}
	}
	return false
}

// headerEndsWithCRLF finds messages whose whole text the reference takes for the header.
func headerEndsWithCRLF(c Case) bool {
	text := c.In.Field("message").Str()
	if !strings.Contains(text, "\n\r\n") && !strings.HasPrefix(text, "\r\n") {
		return false
	}
	return c.Fn == "extract_header" || c.Fn == "subject" && !subjectInHeader.MatchString(text)
}
