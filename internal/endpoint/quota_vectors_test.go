package endpoint

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/vectors"
)

// TestVectorsQuota has the recorded lines read by the client. A mailbox over 90 % full is a warning
// here and an error there (docs/differences.md row 13): the count of errors is not compared.
func TestVectorsQuota(t *testing.T) {
	for _, c := range vectors.Load(t, "quota") {
		quotas := askQuota(t, c.In.Field("lines").Strs())
		used, limit := storage(quotas)
		switch c.Fn {
		case "quota_extract_storage_limit_in_bytes":
			vectors.Check(t, c, limit)
		case "quota_extract_storage_current_in_bytes":
			vectors.Check(t, c, used)
		case "quota":
			title := map[string]string{"h1": "Host1", "h2": "Host2"}[c.In.Field("side").Str()]
			printed := fmt.Sprintf(hasQuota, title) + "\n\n"
			text, full := quotaText(title, quotas)
			if c.In.Field("no_capability").Bool() {
				printed, text, full = "", fmt.Sprintf(noQuota, title), ""
			}
			printed += text + "\n"
			if full != "" {
				printed += full + "\n"
			}
			vectors.CheckEqual(t, c, vectors.Equal(printed, c.Out.Field("printed")), printed)
		default:
			t.Errorf("%s: unknown behaviour %s", c.Name, c.Fn)
		}
	}
}

// askQuota plays a server that answers GETQUOTAROOT with these lines.
func askQuota(t *testing.T, lines []string) []imap.Quota {
	t.Helper()
	ours, theirs := net.Pipe()
	defer theirs.Close()
	go func() {
		fmt.Fprint(theirs, "* PREAUTH [CAPABILITY IMAP4rev1 QUOTA] ready\r\n")
		buf := make([]byte, 1000)
		n, err := theirs.Read(buf)
		if err != nil {
			return
		}
		tag, _, _ := strings.Cut(string(buf[:n]), " ")
		for _, line := range lines {
			if line = strings.TrimRight(line, "\r\n"); strings.HasPrefix(line, "QUOTA ") {
				line = "* " + line // the reference looks for the word wherever it stands
			}
			if strings.HasPrefix(line, "* ") {
				fmt.Fprint(theirs, line+"\r\n")
			}
		}
		fmt.Fprint(theirs, tag+" OK done\r\n")
	}()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := client.New(ctx, ours, client.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	quotas, _, err := conn.QuotaRoot(ctx, "INBOX")
	if err != nil {
		t.Fatal(err)
	}
	return quotas
}
