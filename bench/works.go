package main

import "imapsync/integration/fixtures"

// work is one job for all programs.
type work struct {
	name    string
	what    string
	account func() fixtures.Account
	links   []linkKind // over which it is done, unless one is asked for
	// serial lists the links over which programs take part that wait at each message, the reference
	// among them: over the others they need the better part of an hour. BENCH_FULL lets them.
	serial []linkKind
	rerun  bool // everything is there already, but for ten flags
	alone  bool // once, for the memory, without anybody to compare with
}

var works = []work{
	{name: "w1", what: "10,000 messages of 4 KB in one folder", account: func() fixtures.Account { return small(10000) },
		links: []linkKind{loop, wan}, serial: []linkKind{loop}},
	{name: "w2", what: "2,000 messages of mixed sizes (half below 15 KB, up to 20 MB) in 20 folders",
		account: func() fixtures.Account { return mixed(2000) }, links: []linkKind{loop}, serial: []linkKind{loop, wan}},
	{name: "w3", what: "3 messages of 100 MB", account: func() fixtures.Account { return sameSize(3, 100<<20) },
		links: []linkKind{loop}, serial: []linkKind{loop, wan}},
	{name: "w5", what: "500 folders with 10 messages of 2 KB", account: func() fixtures.Account { return manyFolders(500) },
		links: []linkKind{loop}, serial: []linkKind{loop}},
	{name: "f50", what: "50 folders with 10 messages of 2 KB", account: func() fixtures.Account { return manyFolders(50) },
		links: []linkKind{wan, weak, counted}, serial: []linkKind{loop, wan, weak, counted}},
	{name: "m200", what: "200 messages of mixed sizes (half below 15 KB, up to 20 MB) in 20 folders",
		account: func() fixtures.Account { return mixed(200) }, links: []linkKind{wan}, serial: []linkKind{loop, wan}},
	{name: "s1k", what: "1,000 messages of 4 KB in one folder (the part of w1 for which serial programs have time on this line)",
		account: func() fixtures.Account { return small(1000) }, links: []linkKind{wan, weak}, serial: []linkKind{loop, wan, weak}},
	{name: "s200", what: "200 messages of 4 KB in one folder", account: func() fixtures.Account { return small(200) },
		links: []linkKind{counted}, serial: []linkKind{loop, wan, weak, counted}},
	{name: "rerun10k", what: "10,000 messages of 4 KB, all there already, 10 flags changed", account: func() fixtures.Account { return small(10000) },
		links: []linkKind{loop, counted}, serial: []linkKind{loop}, rerun: true},
	{name: "rerun100k", what: "100,000 messages of 4 KB, all there already, 10 flags changed",
		account: func() fixtures.Account { return small(100000) }, links: []linkKind{loop, counted}, serial: []linkKind{loop}, rerun: true},
	{name: "g1", what: "one message of 1 GB", account: func() fixtures.Account { return sameSize(1, 1<<30) }, links: []linkKind{loop}, alone: true},
}

// planWork is the plan of a million messages, which needs no server: see million.go.
const planWork = "plan"

func workNames() []string {
	names := []string{}
	for _, w := range works {
		names = append(names, w.name)
	}
	return append(names, planWork)
}
