package plan

import (
	"iter"

	"imapsync/internal/message"
)

// index finds the rows of a key, in the order they were added. It holds three numbers a row and no
// pointers besides its two tables.
type index struct {
	first, last map[message.Key]int32
	next        []int32 // row -> next row of the same key, -1 at the end
}

func newIndex() index {
	return index{first: map[message.Key]int32{}, last: map[message.Key]int32{}}
}

// add appends row to the group of k; rows are numbered from 0 without gaps.
func (x *index) add(k message.Key, row int32) {
	x.next = append(x.next, -1)
	if _, ok := x.first[k]; !ok {
		x.first[k] = row
		return
	}
	end, ok := x.last[k]
	if !ok {
		end = x.first[k]
	}
	x.next[end] = row
	x.last[k] = row
}

func (x *index) has(k message.Key) bool {
	_, ok := x.first[k]
	return ok
}

// group yields the rows of k.
func (x *index) group(k message.Key) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		row, ok := x.first[k]
		for ok && row >= 0 && yield(row) {
			row = x.next[row]
		}
	}
}

// size counts the rows of k up to two, which is all the callers ask.
func (x *index) size(k message.Key) int {
	if !x.has(k) {
		return 0
	}
	if _, more := x.last[k]; more {
		return 2
	}
	return 1
}
