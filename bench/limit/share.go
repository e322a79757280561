package main

// stretch is a run of messages of one folder, by sequence number.
type stretch struct {
	folder   string
	low, top int
}

// perMessage is what a message costs beside its octets, in octets: so weighed, the shares take alike.
const perMessage = 4000

// divide cuts the account into at most n shares of about equal cost, in order.
func divide(folders []folder, n int) [][]stretch {
	total := int64(0)
	for _, f := range folders {
		total += f.cost()
	}
	target := total/int64(n) + 1
	shares, room := [][]stretch{nil}, target
	for _, f := range folders {
		for low := 1; low <= f.messages; {
			each := max(1, f.cost()/int64(f.messages))
			take := min(int(room/each)+1, f.messages-low+1)
			last := len(shares) - 1
			shares[last] = append(shares[last], stretch{f.name, low, low + take - 1})
			low += take
			if room -= int64(take) * each; room <= 0 && len(shares) < n {
				shares, room = append(shares, nil), target
			}
			if len(shares) == n && room <= 0 {
				room = total // the last one takes what is left
			}
		}
	}
	if len(shares[len(shares)-1]) == 0 {
		shares = shares[:len(shares)-1]
	}
	return shares
}

func (f folder) cost() int64 { return f.octets + int64(f.messages)*perMessage }
